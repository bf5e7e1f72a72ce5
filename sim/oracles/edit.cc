// EDIT: what somebody else added to the shared file is carried along: issues that were made elsewhere, and
// lines that nobody can read. Not if power was lost (nobody synced them), if git put another version in place
// afterwards, maybe before anybody had looked, or if an editor was killed while he wrote all of it anew. Nor
// if the file was put in place anew twice between his opening it and his writing: a version that was replaced
// is looked at once more, by the next who publishes.
#include <algorithm>
#include <map>
#include <set>

#include "sim/run/oracle.h"

namespace sim {

namespace {

// Which versions a publisher covered unseen: the one that he looked at was not there any more when he put his
// own over it.
class Covered {
 public:
  void Note(const World& world, const Task& task, const Call& call, Outcome outcome) {
    const Inode* file = SharedFile(world);
    const uint64_t before = now_;
    now_ = file == nullptr ? 0 : file->id;
    if (call.path == kSharedFile) {
      if (call.op == Op::kLink || (call.op == Op::kOpen && looked_.contains(task.number)))
        looked_[task.number] = now_;
      if (call.op == Op::kWrite) NoteWriter(task, call);
    }
    if (call.op != Op::kRename || call.second != kSharedFile || outcome < 0) return;
    const auto looked = looked_.find(task.number);
    if (looked == looked_.end()) {
      // An editor has read what he replaces.
      const auto read = writers_[before];
      writers_[now_].insert(read.begin(), read.end());
      return;
    }
    if (looked->second != before) covered_.insert(before);
    looked_.erase(looked);
  }

  // What an agent's command wrote went into one of them.
  bool Took(const std::string& agent, int command) const {
    return std::any_of(covered_.begin(), covered_.end(), [&](uint64_t version) {
      const auto writers = writers_.find(version);
      return writers != writers_.end() && writers->second.contains({agent, command});
    });
  }

 private:
  void NoteWriter(const Task& task, const Call& call) {
    const auto at = task.process->files.find(static_cast<int>(call.a));
    if (at == task.process->files.end()) return;
    writers_[at->second.file->inode->id].insert({task.options.agent, task.options.command});
  }

  uint64_t now_ = 0;                // the version in place; 0: none
  std::map<int, uint64_t> looked_;  // task that gave it a second name (or tried, and opened it) -> version
  std::set<uint64_t> covered_;
  std::map<uint64_t, std::set<std::pair<std::string, int>>> writers_;
};

class EditOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    covered_.Note(view_.world, task, call, outcome);
    if (outcome < 0) return;
    const bool puts = call.op == Op::kRename || call.op == Op::kExchange;
    if (puts && call.second == kSharedFile) ++versions_;
    if (call.path != kSharedFile) return;
    if (call.op == Op::kOpen) opened_[task.number] = versions_;
    const auto opened = opened_.find(task.number);
    if (call.op == Op::kWrite && opened != opened_.end() && versions_ - opened->second >= 2)
      late_.insert({task.options.agent, task.options.command});
  }

  void AtEnd() override {
    const Inode* file = SharedFile(view_.world);
    if (file == nullptr || view_.world.power_losses() != 0) return;
    Shown added;
    for (const Invocation& invocation : view_.history.invocations()) {
      const std::string& what = invocation.words[0];
      const bool done = invocation.outcome == Invocation::Outcome::kAcknowledged;
      const bool is_late = late_.contains({invocation.agent, invocation.command}) ||
                           covered_.Took(invocation.agent, invocation.command);
      const bool writes_all = what == "!edit" || what == "!set" || what == "!retouch";
      if (what == "!checkout" || (invocation.is_edit && !done) || (writes_all && is_late)) added = Shown();
      // What he had read may be from before a publisher put such a line back; then it is he who took it out.
      if (writes_all) added.broken.clear();
      if (what == "!append" && done && !is_late && IsShared(invocation.words[1]))
        Add(ReadLines(invocation.words[2]), added);
    }
    const Shown shown = ReadLines(file->content.visible());
    for (const std::string& id : added.issues) {
      if (!shown.issues.contains(id) && !IsInABrokenLine(shown, id))
        Fail("EDIT", id + " was added to the shared file, and is not in it");
    }
    for (const auto& [key, value] : added.values) {
      const auto now = shown.values.find(key);
      if (key.field.starts_with("members") && now != shown.values.end() && now->second != value)
        Fail("EDIT", key.issue + ' ' + key.field + " were " + value + ", and are " + now->second);
    }
    for (const std::string& line : added.broken) {
      if (HasLine(shown, line)) continue;
      Fail("EDIT", "the line \"" + line + "\" was added to the shared file, and is not in it");
    }
  }

 private:
  static bool IsShared(const std::string& path) { return path == kSharedFile; }

  // The same for an issue.
  static bool IsInABrokenLine(const Shown& shown, const std::string& id) {
    const std::string key = '"' + id + '"';
    return std::any_of(shown.broken.begin(), shown.broken.end(),
                       [&key](const std::string& line) { return line.find(key) != std::string::npos; });
  }

  // Behind one that an editor had cut off it makes one line with it.
  static bool HasLine(const Shown& shown, const std::string& line) {
    return std::any_of(shown.broken.begin(), shown.broken.end(),
                       [&line](const std::string& other) { return other.ends_with(line); });
  }

  static void Add(Shown lines, Shown& to) {
    to.issues.merge(lines.issues);
    to.values.merge(lines.values);
    for (const std::string& line : lines.broken) {
      // Without a line feed at its end it is an issue all the same; empty ones are nothing.
      Shown whole = ReadLines(line + '\n');
      const bool is_blank = line.find_first_not_of(" \t\r") == std::string::npos;
      if (!whole.issues.empty()) {
        to.issues.merge(whole.issues);
      } else if (!is_blank) {
        to.broken.push_back(line);
      }
    }
  }

  Covered covered_;
  uint64_t versions_ = 0;                       // of the shared file that were put in place
  std::map<int, uint64_t> opened_;              // task -> which one it has open
  std::set<std::pair<std::string, int>> late_;  // agent and command: wrote into one that was long replaced
};

}  // namespace

std::unique_ptr<Oracle> MakeEdit(RunView& view) { return std::make_unique<EditOracle>(view); }

}  // namespace sim
