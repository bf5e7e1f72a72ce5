// FILE: whenever the program changes what stands under the name of the shared file, it is one complete
// version: every line is an issue, none twice, and the name never vanishes. What editors and git do to it is
// their affair; lines that they broke are carried along (the program sets them aside and keeps them in the
// file).
#include "sim/run/oracle.h"

namespace sim {

namespace {

// What one workspace's shared file was when it was looked at last.
class Watched {
 public:
  explicit Watched(std::string workspace) : workspace_(std::move(workspace)) {}

  bool LookAgain(const World& world) {
    const Inode* file = SharedFile(world, workspace_);
    // Neither an address, which may be another file's by now, nor size and time, which two versions may
    // share.
    const uint64_t id = file == nullptr ? 0 : file->id,
                   version = file == nullptr ? 0 : file->content.version();
    const bool same = id == id_ && version == version_;
    vanished_ = file == nullptr && last_ != nullptr;
    last_ = file;
    id_ = id, version_ = version;
    return !same;
  }

  bool IsNamed(std::string_view path) const { return path == workspace_ + "/.beads/issues.jsonl"; }
  bool is_there() const { return last_ != nullptr; }
  bool vanished() const { return vanished_; }
  void SetWriter(bool is_ours) {
    last_change_is_ours_ = is_ours;
    others_wrote_ = others_wrote_ || !is_ours;
  }
  // From now on no version before this one can come back.
  void NoteSync(std::string_view path) {
    if (last_change_is_ours_ && path == workspace_ + "/.beads") others_wrote_ = false;
  }
  // Until then, the version before it may be one that an editor never synced.
  bool MayBeTheirs() const { return !last_change_is_ours_ || others_wrote_; }
  void RememberBroken() {
    if (last_ != nullptr) RememberBroken(*last_);
  }
  // An editor may write into a version that was replaced after he opened it.
  void RememberBroken(const Inode& version) {
    for (std::string& line : ReadLines(version.content.visible(), {}).broken)
      carried_.insert(std::move(line));
  }
  // What is wrong with it; "" if nothing is. Without issues it is empty.
  std::string Problem(bool may_be_empty) const {
    const Shown shown = ReadLines(last_->content.visible(), carried_);
    if (!shown.problem.empty()) return "is broken: " + shown.problem;
    return last_->content.size() == 0 && !may_be_empty ? "is empty" : "";
  }

 private:
  std::string workspace_;
  const Inode* last_ = nullptr;
  uint64_t id_ = 0, version_ = 0;
  bool vanished_ = false, last_change_is_ours_ = true;
  bool others_wrote_ = false;  // since a version of ours was synced under its name
  std::set<std::string> carried_;
};

class FileOracle : public Oracle {
 public:
  explicit FileOracle(RunView& view) : Oracle(view) {
    for (const std::string& workspace : view.workspaces) files_.emplace_back(workspace);
  }

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (outcome < 0) return;
    if (call.op == Op::kSync) NoteSync(call.path);
    if (!ChangesFiles(call)) return;
    const Inode* written = call.op == Op::kWrite && !task.owns_statics ? FileOf(task, call) : nullptr;
    for (Watched& file : files_) {
      if (written != nullptr && file.IsNamed(call.path)) file.RememberBroken(*written);
      if (!file.LookAgain(view_.world)) continue;
      file.SetWriter(task.owns_statics);
      if (!task.owns_statics) {
        file.RememberBroken();
      } else if (file.vanished()) {
        Fail("FILE", task.options.agent + " made the shared file vanish by " + std::string(OpName(call.op)));
      } else {
        Check(file, task.options.agent + "'s " + std::string(OpName(call.op)));
      }
    }
  }

  // What the program had put there is what is there, or the version before it.
  void OnPowerLoss() override {
    for (Watched& file : files_) {
      file.LookAgain(view_.world);
      if (file.MayBeTheirs() || !view_.durable_disk) {
        file.RememberBroken();
      } else if (file.vanished()) {
        Fail("FILE", "the loss of power made the shared file vanish");
      } else {
        Check(file, "the loss of power");
      }
    }
  }

  void AtEnd() override {
    for (Watched& file : files_) {
      file.LookAgain(view_.world);
      if (!file.is_there()) Fail("FILE", "there is no shared file at the end");
      Check(file, "everything");
    }
  }

 private:
  void NoteSync(std::string_view path) {
    if (!view_.world.kernel().rules().directory_sync) return;
    for (Watched& file : files_) file.NoteSync(path);
  }

  static const Inode* FileOf(const Task& task, const Call& call) {
    const auto at = task.process->files.find(static_cast<int>(call.a));
    return at == task.process->files.end() ? nullptr : at->second.file->inode.get();
  }

  void Check(const Watched& file, const std::string& what) {
    if (!file.is_there()) return;
    const std::string problem = file.Problem(!view_.history.removed_for_good().empty());
    if (!problem.empty()) Fail("FILE", "after " + what + " the shared file " + problem);
  }

  std::vector<Watched> files_;
};

}  // namespace

std::unique_ptr<Oracle> MakeFile(RunView& view) { return std::make_unique<FileOracle>(view); }

}  // namespace sim
