// MONO: no version that the program puts in place of the shared file has an older state of an issue than one
// that it had put there before; and what was put there by a command that was acknowledged is not older again
// after a loss of power.
//
// `updated_at` grows with every change, so the states of an issue are in its order. What editors and git do
// to the file is theirs.
#include <algorithm>
#include <optional>

#include "engine/base/time.h"
#include "sim/run/oracle.h"

namespace sim {

namespace {

constexpr std::string_view kName = "/.beads/issues.jsonl";
// Issue -> updated_at. Of two that were made under one id in two clones, one gets another id later: an issue
// is its id and its beginning.
using States = std::map<std::string, std::string, std::less<>>;

// What stands behind `key`, up to the next quotation mark.
std::string_view Behind(std::string_view line, std::string_view key) {
  const size_t at = line.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = line.substr(at + key.size());
  return rest.substr(0, rest.find('"'));
}

States StatesOf(std::string_view text) {
  States states;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view id = Behind(line, R"({"id":")"), updated = Behind(line, R"("updated_at":")");
    const std::string_view created = Behind(line, R"("created_at":")");
    if (!id.empty() && !updated.empty())
      states.emplace(std::string(id) + ", made at " + std::string(created) + ',', updated);
  }
  return states;
}

bool IsOlder(const std::string& one, const std::string& other) {
  if (one == other) return false;
  const std::optional<bd::Time> first = bd::ParseTime(one), second = bd::ParseTime(other);
  return first && second && *first < *second;
}

class MonotonicOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (call.op == Op::kSync && outcome < 0) sync_failed_.insert(task.number);
    const bool puts = call.op == Op::kRename || call.op == Op::kExchange;
    if (outcome < 0) return;
    for (const std::string& workspace : view_.workspaces) {
      const std::string name = workspace + std::string(kName);
      if (call.path != name && call.second != name) continue;
      Known& known = known_[workspace];
      if (!task.owns_statics && ChangesFiles(call)) known.others_wrote = true;
      if (task.owns_statics && puts) NotePut(task, workspace, known);
    }
  }

  void OnEnd(const Task& task) override {
    const auto put = put_.find(task.number);
    if (put == put_.end()) return;
    const bool done = !task.killed() && task.exit_status == 0 && !sync_failed_.contains(task.number);
    Known& known = known_[put->second.workspace];
    if (done && !known.others_wrote) Advance(known.durable, put->second.states);
    put_.erase(put);
  }

  void OnPowerLoss() override {
    put_.clear();
    for (auto& [workspace, known] : known_) CheckAfterPowerLoss(workspace, known);
  }

 private:
  // Of one workspace.
  struct Known {
    States published, durable;
    bool others_wrote = false;
  };
  struct Put {
    std::string workspace;
    States states;
  };

  void NotePut(const Task& task, const std::string& workspace, Known& known) {
    const Inode* file = SharedFile(view_.world, workspace);
    if (file == nullptr) return;
    const States states = StatesOf(file->content.visible());
    Check(states, known.published, task.options.agent + " put a version in place in which ");
    // What is not there was removed, here or by an editor.
    const auto is_gone = [&states](const auto& state) { return !states.contains(state.first); };
    for (States* before : {&known.published, &known.durable}) std::erase_if(*before, is_gone);
    for (auto& [number, put] : put_)
      if (put.workspace == workspace) std::erase_if(put.states, is_gone);
    Advance(known.published, states);
    put_[task.number] = {workspace, states};
  }

  void CheckAfterPowerLoss(const std::string& workspace, Known& known) {
    const Inode* file = SharedFile(view_.world, workspace);
    known.published = known.durable;
    const bool promised =
        view_.durable_disk && view_.world.kernel().rules().directory_sync && !known.others_wrote;
    if (file == nullptr || !promised) return;
    const States states = StatesOf(file->content.visible());
    Check(states, known.durable, "after the loss of power ");
    for (const auto& [id, updated] : known.durable) {
      if (!states.contains(id)) return Fail("MONO", "after the loss of power the shared file has no " + id);
    }
  }

  void Check(const States& states, const States& before, const std::string& what) {
    for (const auto& [id, updated] : states) {
      const auto at = before.find(id);
      if (at == before.end() || !IsOlder(updated, at->second) || MayBeBack(id)) continue;
      return Fail("MONO", what + id + " is of " + updated + "; it was of " + at->second + " before");
    }
  }

  // An old branch or an editor brings back what was removed without a trace, as old as it has it.
  bool MayBeBack(const std::string& issue) const {
    return view_.external_edits &&
           view_.history.removed_for_good().contains(issue.substr(0, issue.find(',')));
  }

  static void Advance(States& states, const States& newer) {
    for (const auto& [id, updated] : newer) {
      const auto [at, is_new] = states.try_emplace(id, updated);
      if (!is_new && IsOlder(at->second, updated)) at->second = updated;
    }
  }

  std::map<std::string, Known> known_;  // of each workspace
  std::map<int, Put> put_;              // by tasks that have not ended
  std::set<int> sync_failed_;
};

}  // namespace

std::unique_ptr<Oracle> MakeMono(RunView& view) { return std::make_unique<MonotonicOracle>(view); }

}  // namespace sim
