// TRUTH: what is said of a daemon was so at some moment while it was found out: that it runs, that it does
// not, that it was started or stopped; no message recommends to remove a file of the store; and none says
// that the store is damaged, whatever failed while it was read, unless somebody wrote into it or locks or
// syncs lie.
#include <algorithm>
#include <vector>

#include "sim/run/daemon_lives.h"
#include "sim/run/oracle.h"

namespace sim {

namespace {

constexpr std::string_view kRunning[] = {"✓ running", "Daemon already running", "Daemon started",
                                         "\"status\": \"running\"", "\"status\": \"already_running\""};
constexpr std::string_view kNotRunning[] = {"○ not running", "daemon not found",
                                            "\"status\": \"not_running\""};
// An id may end with "rm".
constexpr std::string_view kDestructive[] = {
    " rm -",           "'rm -",           " rm .beads",   "delete the database", "remove the database",
    "delete beads.db", "remove beads.db", "delete .beads"};

constexpr std::string_view kDamaged[] = {"to rebuild the database", "Database: is damaged"};

bool SaysOneOf(const Invocation& invocation, std::span<const std::string_view> texts) {
  return std::any_of(texts.begin(), texts.end(), [&invocation](std::string_view text) {
    return invocation.output.find(text) != std::string::npos ||
           invocation.errors.find(text) != std::string::npos;
  });
}

class TruthOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    lives_.OnCall(task, call, outcome);
  }
  void OnEnd(const Task& task) override { lives_.OnEnd(task); }

  void OnInvocationEnd(const Invocation& invocation) override {
    if (invocation.is_external) return NoteEdit(invocation);
    if (SaysOneOf(invocation, kDestructive)) Fail("TRUTH", Name(invocation) + " recommends to remove files");
    if (!MayBeDamaged() && SaysOneOf(invocation, kDamaged))
      Fail("TRUTH",
           Name(invocation) + " takes a healthy store for damaged: " + invocation.output + invocation.errors);
    const std::vector<std::string>& words = invocation.words;
    const bool is_of_here = words.size() >= 2 && words[0] == "daemon" &&
                            (words[1] == "status" || words[1] == "start" || words[1] == "stop");
    const bool is_elsewhere = std::find(words.begin(), words.end(), "--db") != words.end() ||
                              view_.world.kernel().Find(DatabaseOf(invocation.directory)) == nullptr;
    if (!is_of_here || is_elsewhere) return;
    if (SaysOneOf(invocation, kRunning) && !WasThere(invocation))
      Fail("TRUTH",
           Name(invocation) + " speaks of a daemon that runs, and there was none: " + invocation.output);
    if (SaysOneOf(invocation, kNotRunning) && WasThereThroughout(invocation))
      Fail("TRUTH", Name(invocation) + " says that no daemon runs, and one did: " + invocation.output +
                        invocation.errors);
    if (invocation.output.find("Stopped daemon") != std::string::npos && WasThereThroughout(invocation))
      Fail("TRUTH", Name(invocation) + " says that it was stopped, and it is there");
  }

 private:
  void NoteEdit(const Invocation& invocation) {
    was_written_into_ |=
        std::any_of(invocation.words.begin(), invocation.words.end(),
                    [](const std::string& word) { return word.find("/beads.db") != std::string::npos; });
  }
  bool MayBeDamaged() const {
    return was_written_into_ || !view_.honest_locks ||
           view_.world.kernel().rules().journal == Journal::kLying;
  }
  bool WasThere(const Invocation& invocation) const {
    return std::any_of(lives_.all().begin(), lives_.all().end(), [&](const DaemonLife& life) {
      return IsOf(life, invocation) && life.begin <= invocation.end && life.end >= invocation.begin;
    });
  }
  bool WasThereThroughout(const Invocation& invocation) const {
    return std::any_of(lives_.all().begin(), lives_.all().end(), [&](const DaemonLife& life) {
      return IsOf(life, invocation) && life.begin < invocation.begin && life.end > invocation.end;
    });
  }
  // By whatever path it was reached.
  bool IsOf(const DaemonLife& life, const Invocation& invocation) const {
    const std::string database = DatabaseOf(invocation.directory);
    return life.database == database ||
           (life.file != nullptr && life.file == view_.world.kernel().Find(database));
  }
  static std::string Name(const Invocation& invocation) {
    std::string text = invocation.agent + ":";
    for (const std::string& word : invocation.words) text += ' ' + word;
    return text;
  }

  DaemonLives lives_{view_.world};
  bool was_written_into_ = false;
};

}  // namespace

std::unique_ptr<Oracle> MakeTruth(RunView& view) { return std::make_unique<TruthOracle>(view); }

}  // namespace sim
