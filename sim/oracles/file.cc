// FILE: whenever the program changes what stands under the name of the shared file, it is one complete
// version: every line is an issue, none twice, and the name never vanishes. What editors and git do to it is
// their affair; lines that they broke are carried along (the program sets them aside and keeps them in the
// file).
#include "sim/run/oracle.h"

namespace sim {

namespace {

class FileOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    const bool changes_names =
        call.op == Op::kRename || call.op == Op::kExchange || call.op == Op::kUnlink || call.op == Op::kLink;
    const bool changes_bytes =
        call.op == Op::kWrite || call.op == Op::kTruncate || call.op == Op::kCopy || call.op == Op::kOpen;
    if (outcome < 0 || !(changes_names || changes_bytes)) return;
    const Inode* file = SharedFile(view_.world);
    const bool is_ours = task.owns_statics;
    const bool same =
        file == last_ && (file == nullptr || (file->content.size() == size_ && file->mtime_ns == mtime_ns_));
    if (same) return;
    const bool vanished = file == nullptr && last_ != nullptr;
    Remember(file);
    last_change_is_ours_ = is_ours;
    others_wrote_ = others_wrote_ || !is_ours;
    if (!is_ours) return RememberBroken();
    if (vanished)
      return Fail("FILE",
                  task.options.agent + " made the shared file vanish by " + std::string(OpName(call.op)));
    Check(task.options.agent + "'s " + std::string(OpName(call.op)));
  }

  // What the program had put there is what is there, or the version before it.
  void OnPowerLoss() override {
    const Inode* file = SharedFile(view_.world);
    const bool vanished = file == nullptr && last_ != nullptr;
    Remember(file);
    // Where names cannot be synced, the version before it may be one that an editor never synced.
    const bool may_be_theirs =
        !last_change_is_ours_ || (others_wrote_ && !view_.world.kernel().rules().directory_sync);
    if (may_be_theirs || !view_.durable_disk) return RememberBroken();
    if (vanished) return Fail("FILE", "the loss of power made the shared file vanish");
    if (file != nullptr) Check("the loss of power");
  }

  void AtEnd() override {
    last_ = SharedFile(view_.world);
    if (last_ == nullptr) return Fail("FILE", "there is no shared file at the end");
    Check("everything");
  }

 private:
  void Remember(const Inode* file) {
    last_ = file;
    if (file != nullptr) size_ = file->content.size(), mtime_ns_ = file->mtime_ns;
  }

  void RememberBroken() {
    if (last_ == nullptr) return;
    for (std::string& line : ReadLines(last_->content.visible(), {}).broken) carried_.insert(std::move(line));
  }

  void Check(const std::string& what) {
    const Shown shown = ReadLines(last_->content.visible(), carried_);
    if (!shown.problem.empty())
      Fail("FILE", "after " + what + " the shared file is broken: " + shown.problem);
    if (last_->content.size() == 0) Fail("FILE", "after " + what + " the shared file is empty");
  }

  const Inode* last_ = nullptr;
  int64_t size_ = 0, mtime_ns_ = 0;
  bool last_change_is_ours_ = true, others_wrote_ = false;
  std::set<std::string> carried_;
};

}  // namespace

std::unique_ptr<Oracle> MakeFile(RunView& view) { return std::make_unique<FileOracle>(view); }

}  // namespace sim
