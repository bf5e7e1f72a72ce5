// ACK: what was acknowledged is seen by every later look and is there at the end, and nothing older came
// back.
//
// Each field of each issue is a register (sim/run/history.h). Its last value must have been written by a
// command that nobody overwrote: no acknowledged command on the register began after the writer's end. Killed
// and refused commands may have written or not; a daemon that they had asked may do it late, as long as it
// lives. What an editor wrote may be taken in at any later moment; with the member that it changed it saves
// the whole issue as it had read it, so what was written to that issue meanwhile, or was not yet in the file,
// may be gone. After a checkout of an old version it may have read any older one.
#include <algorithm>

#include "sim/run/daemon_lives.h"
#include "sim/run/look.h"
#include "sim/run/oracle.h"
#include "sim/run/settings_view.h"

namespace sim {

namespace {

struct Write {
  std::string value;
  uint64_t begin = 0, end = 0;
  bool acknowledged = false;
  // Where it was written. Between clones no order holds: of changes on both sides one is lost, whichever was
  // told first.
  std::string place = "";
};

bool IsPresence(const std::string& field) {
  return field.find(':') != std::string::npos || field == "exists";
}

// Of an issue of which nothing more was said.
std::string InitialValue(const std::string& field) {
  if (field == "status") return "open";
  if (field == "priority") return "2";
  if (field == "type") return "task";
  return IsPresence(field) ? std::string(kAbsent) : "";
}

class AckOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    daemons_.OnCall(task, call, outcome);
    const bool puts = call.op == Op::kRename || call.op == Op::kExchange;
    if (puts && outcome >= 0 && call.second == kSharedFile) puts_.push_back(view_.world.calls());
  }
  void OnEnd(const Task& task) override { daemons_.OnEnd(task); }

  void AtEnd() override {
    for (const Invocation& invocation : view_.history.invocations()) Remember(invocation);
    for (const Invocation& invocation : view_.history.invocations()) BeginAnew(invocation);
    if (AllIsSeen()) {
      for (const Invocation& invocation : view_.history.invocations()) {
        if (invocation.directory == kCopy) continue;
        if (const std::optional<Shown> shown = LookOf(invocation)) CheckLook(invocation, *shown);
      }
    }
    // Clones have the same issues, each all of them; other workspaces have different ones.
    Shown all;
    for (const std::string& workspace : view_.workspaces) {
      const Inode* file = SharedFile(view_.world, workspace);
      if (file == nullptr) return;  // FILE says so
      Shown shown = ReadLines(file->content.visible());
      ShowSettings(view_.world, *view_.stores, workspace, shown);
      if (view_.clones) {
        if (view_.clones_met) CheckEnd(shown, workspace);
      } else {
        all.issues.merge(shown.issues);
        all.values.merge(shown.values);
      }
    }
    if (!view_.clones) CheckEnd(all, "");
  }

 private:
  // Of an issue that is not for the file it is demanded there once that was taken back; of one that was
  // removed without a tombstone never.
  void RememberReach(const Invocation& invocation) {
    const auto& words = invocation.words;
    auto has = [&words](const char* word) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    if (words[0] == "create" && has("--ephemeral"))
      wisps_.insert(invocation.made.begin(), invocation.made.end());
    if (words[0] == "update" && has("--persistent") && invocation.acknowledged()) kept_.insert(words[1]);
  }

  Write WriteOf(const Invocation& invocation, const Effect& effect, std::string value) const {
    const uint64_t end = effect.acknowledged ? invocation.end : LatestEffect(invocation);
    return {std::move(value), invocation.begin, end, effect.acknowledged, PlaceOf(invocation)};
  }
  std::string PlaceOf(const Invocation& invocation) const { return view_.clones ? invocation.directory : ""; }

  // An issue that gets the id of a deleted one has nothing of that.
  void BeginAnew(const Invocation& invocation) {
    auto gives = [&invocation](const Register& key) {
      return std::ranges::any_of(invocation.effects, [&key](const Effect& one) { return one.target == key; });
    };
    for (const Effect& effect : invocation.effects) {
      const std::string& id = effect.target.issue;
      if (effect.target.field != kAnew) continue;
      anew_.insert(id);
      for (auto at = writes_.lower_bound({id, ""}); at != writes_.end() && at->first.issue == id; ++at) {
        if (gives(at->first)) continue;
        at->second.push_back(WriteOf(invocation, effect, InitialValue(at->first.field)));
      }
    }
  }

  void Remember(const Invocation& invocation) {
    RememberReach(invocation);
    for (const Effect& effect : invocation.effects) {
      if (effect.target.field == kAnew) continue;
      writes_[effect.target].push_back(WriteOf(invocation, effect, effect.value));
      if (effect.target.field == "exists" && effect.value == kAbsent) deleted_.insert(effect.target.issue);
    }
    if (invocation.words[0] == "!checkout") has_checkout_ = true;
    if (!invocation.is_external || invocation.words.size() != 4) return;
    const std::string &id = invocation.words[1], &field = invocation.words[2], &value = invocation.words[3];
    first_save_ = std::min(first_save_, invocation.begin);
    saves_[id].push_back(
        {"", has_checkout_ ? 0 : invocation.begin, invocation.end, false, PlaceOf(invocation)});
    const bool is_label = field == "label";
    writes_[{id, is_label ? "label:" + value : field}].push_back(
        {is_label ? std::string(kPresent) : value, invocation.begin, UINT64_MAX, false});
  }

  // Of a command that was not told that it was done.
  uint64_t LatestEffect(const Invocation& invocation) const {
    uint64_t latest = invocation.end;
    for (const DaemonLife& life : daemons_.all()) {
      if (life.begin <= invocation.end && life.end >= invocation.end) latest = std::max(latest, life.end);
    }
    return latest;
  }

  void CheckEnd(const Shown& shown, const std::string& workspace) {
    const std::string where = workspace.empty() ? "" : " of " + workspace;
    for (const std::string& id : view_.history.made()) {
      if (view_.history.removed_for_good().contains(id) || (wisps_.contains(id) && !kept_.contains(id)))
        continue;
      if (!shown.issues.contains(id)) Fail("ACK", id + " was created, and is not in the shared file" + where);
    }
    for (const auto& [key, writes] : writes_) {
      if (!shown.issues.contains(key.issue) || HasGoneWithAnIssue(key, shown)) continue;
      if (MayBeBack(key.issue) || MayBeLost(key)) continue;
      const auto value = shown.values.find(key);
      CheckRegister(key, writes,
                    value != shown.values.end() ? value->second
                    : IsPresence(key.field)     ? std::string(kAbsent)
                                                : "");
    }
  }

  // A look does not show what was written in a clone, or in a place that is no workspace of the setup.
  bool AllIsSeen() const {
    const std::vector<Invocation>& all = view_.history.invocations();
    const std::vector<std::string>& places = view_.workspaces;
    return !view_.clones && std::all_of(all.begin(), all.end(), [&places](const Invocation& invocation) {
      return invocation.directory == kCopy ||
             std::find(places.begin(), places.end(), invocation.directory) != places.end();
    });
  }

  // Read your writes, and those of everybody else.
  void CheckLook(const Invocation& look, const Shown& shown) {
    if (!shown.problem.empty()) return Fail("ACK", Name(look) + " answered: " + shown.problem);
    for (const auto& [key, value] : shown.values) {
      const auto writes = writes_.find(key);
      // What an editor saves is seen whenever it is taken in.
      if (writes == writes_.end() || saves_.contains(key.issue) || MayBeBack(key.issue) || MayBeLost(key))
        continue;
      if (CouldBeSeen(key, writes->second, value, look.begin)) continue;
      if (MayBeOfAny(key, writes->second, value, look.begin)) continue;
      Fail("ACK", Name(look) + " between calls " + std::to_string(look.begin) + " and " +
                      std::to_string(look.end) + " showed " + key.issue + " " + key.field + " \"" + value +
                      "\", but there was" + Told(writes->second));
    }
    if (!ShowsAll(look, shown)) return;
    for (const Invocation& maker : view_.history.invocations()) {
      if (maker.end > look.begin) continue;
      for (const std::string& id : maker.made) {
        if (deleted_.contains(id) || wisps_.contains(id) || shown.issues.contains(id)) continue;
        if (!view_.history.MayBeIn(look.directory, id)) continue;
        Fail("ACK", Name(look) + " did not show " + id);
      }
    }
  }

  static std::string Name(const Invocation& invocation) {
    std::string text = invocation.agent + "'s";
    for (const std::string& word : invocation.words) text += ' ' + word;
    return text;
  }

  // Where no directory can be synced, a renamed config.yaml may have its old content after a loss of power.
  bool MayBeLost(const Register& key) const {
    const bool is_setting = key.issue.starts_with(SettingsOf(""));
    return is_setting && NamesMayBeLost();
  }
  bool NamesMayBeLost() const {
    return view_.world.power_losses() != 0 && !view_.world.kernel().rules().directory_sync;
  }

  // Of an issue that was removed without a trace nobody can tell an old version, from an editor or from git,
  // from a new issue; nor one that a loss of power brings back where no directory can be synced. Its id, as a
  // part of one, may then mean its child.
  bool MayBeBack(const std::string& id) const {
    const std::set<std::string>& removed = view_.history.removed_for_good();
    const bool has_old_versions = has_checkout_ || first_save_ != UINT64_MAX || NamesMayBeLost();
    if (removed.contains(id) && has_old_versions) return true;
    return std::ranges::any_of(removed, [&id](const std::string& one) { return id.starts_with(one + "."); });
  }

  // With a deleted issue goes what hangs on it, and edges to it may go.
  bool HasGoneWithAnIssue(const Register& key, const Shown& shown) const {
    if (key.field == "exists") return false;
    const auto exists = shown.values.find({key.issue, "exists"});
    const bool is_there = exists != shown.values.end() && exists->second == kPresent;
    return (deleted_.contains(key.issue) && !(is_there && anew_.contains(key.issue))) ||
           (key.field.starts_with("dep:") && deleted_.contains(key.field.substr(4)));
  }

  // When the last acknowledged command began that had ended before `moment`; in one place, or in any.
  static uint64_t LastBegin(const std::vector<Write>& writes, uint64_t moment,
                            const std::string* place = nullptr) {
    uint64_t last = 0;
    for (const Write& write : writes) {
      if (place != nullptr && write.place != *place) continue;
      if (write.acknowledged && write.end <= moment) last = std::max(last, write.begin);
    }
    return last;
  }

  // Whether it may have had its effect after one that began at `last` had its own.
  static bool MayFollow(const Write& write, uint64_t last) { return last == 0 || write.end > last; }

  // Whether somebody who looked at `moment` or later, but before anybody else wrote, could see the value.
  static bool CouldBeSeen(const Register& key, const std::vector<Write>& writes, const std::string& value,
                          uint64_t moment) {
    if (value == InitialValue(key.field) && LastBegin(writes, moment) == 0) return true;
    return std::any_of(writes.begin(), writes.end(), [&](const Write& write) {
      return write.value == value && MayFollow(write, LastBegin(writes, moment, &write.place));
    });
  }

  // Written by a command that did not say to which issues.
  bool MayBeOfAny(const Register& key, const std::vector<Write>& writes, const std::string& value,
                  uint64_t moment) const {
    const auto any = writes_.find({std::string(kAnyIssue), key.field});
    if (any == writes_.end()) return false;
    const uint64_t last = LastBegin(writes, moment);
    return std::any_of(any->second.begin(), any->second.end(),
                       [&](const Write& write) { return write.value == value && MayFollow(write, last); });
  }

  void CheckRegister(const Register& key, const std::vector<Write>& writes, const std::string& value) {
    if (CouldBeSeen(key, writes, value, UINT64_MAX) || MayBeOfAny(key, writes, value, UINT64_MAX)) return;
    for (const Write& save : saves_[key.issue]) {
      // Another clone's later change may still be the earlier version, when they meet.
      const bool nobody_after = LastBegin(writes, UINT64_MAX, &save.place) <= save.end;
      // What he reads may be what an earlier editor had saved from an old reading of his.
      const uint64_t read = OldestShown(std::min(save.begin, first_save_));
      if (nobody_after && CouldBeSeen(key, writes, value, read)) return;
    }
    Fail("ACK",
         key.issue + " " + key.field + " is \"" + value + "\" at the end, but there was" + Told(writes));
  }

  // Whoever reads the file then may read the state of this moment: its version was begun after the one before
  // had been put in place.
  uint64_t OldestShown(uint64_t moment) const {
    const auto next = std::lower_bound(puts_.begin(), puts_.end(), moment);
    return next - puts_.begin() < 2 ? 0 : *(next - 2);
  }

  static std::string Told(const std::vector<Write>& writes) {
    std::string told;
    for (const Write& write : writes) {
      told += "\n    " + std::string(write.acknowledged ? "acknowledged" : "perhaps") + " \"" + write.value +
              "\" between calls " + std::to_string(write.begin) + " and " +
              (write.end == UINT64_MAX ? "the end" : std::to_string(write.end));
    }
    return told;
  }

  std::map<Register, std::vector<Write>> writes_;
  std::map<std::string, std::vector<Write>> saves_;  // by editors, of issues
  DaemonLives daemons_{view_.world};
  std::vector<uint64_t> puts_;        // calls that put a version of the file in place
  uint64_t first_save_ = UINT64_MAX;  // when the first editor began
  std::set<std::string> deleted_, anew_, wisps_, kept_;
  bool has_checkout_ = false;
};

}  // namespace

std::unique_ptr<Oracle> MakeAck(RunView& view) { return std::make_unique<AckOracle>(view); }

}  // namespace sim
