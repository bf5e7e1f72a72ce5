#include "bd/daemon/auto_commit.h"

#include <algorithm>

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/path.h"

namespace bd {

namespace {

constexpr int64_t kBusyMs = 1'000, kFailedMs = 60'000;
constexpr int64_t kBusyToldMs = 60'000;
constexpr int64_t kGitMs = 5'000;   // of each of the three
constexpr int64_t kLastMs = 1'000;  // to end, when we end

bool IsSame(const os::FileInfo& a, const os::FileInfo& b) {
  return SameFile(a, b) && a.size == b.size && a.mtime_ns == b.mtime_ns;
}

Error Busy(std::string what) { return {Code::kBusy, std::move(what), "", false}; }

}  // namespace

AutoCommit::AutoCommit(const Workspace& workspace, const Config& config, int64_t interval_ms, DaemonLog& log)
    : file_(workspace.shared_file), lock_path_(workspace.SyncLock()), interval_ms_(interval_ms), log_(log) {
  const std::optional<GitRepository> git = FindGitRepository(os::DirectoryOf(file_));
  if (!git) return;
  has_repository_ = true;
  options_.git = *git;
  options_.beads_directory = workspace.directory;
  options_.author = config.Get("git.author");
  options_.sign = !config.Flag("git.no-gpg-sign");
}

void AutoCommit::Look() {
  const Result<os::FileInfo> now = os::Stat(file_);
  if (!has_repository_ || !now || (seen_ && IsSame(*seen_, *now))) return;
  seen_ = *now;
  if (due_ms_ == 0) due_ms_ = os::MonotonicMs() + interval_ms_;
}

int64_t AutoCommit::NextMs() const {
  if (work_) return work_->git->NextMs();
  return due_ms_ == 0 ? -1 : std::max<int64_t>(0, due_ms_ - os::MonotonicMs());
}

void AutoCommit::Watch(std::vector<os::Watched>& watched) const {
  if (work_) work_->git->Watch(watched);
}

void AutoCommit::Continue() {
  if (!work_) {
    if (NextMs() == 0) Begin();
    return;
  }
  const Status taken = TakeResult();
  if (!taken || !work_->git) End(taken);
}

void AutoCommit::Begin() {
  Look();
  due_ms_ = 0;
  Result<os::FileLock> lock = os::FileLock::Acquire(lock_path_, 0);
  if (!lock) return End(std::move(lock).error());
  options_.message = Cat("bd daemon export: ", FormatSeconds(os::Now()));
  work_.emplace(Work{std::move(*lock), FileCommit(options_, {file_}, os::Now()), std::nullopt});
  Status begun = CheckGitIsFree();
  if (begun) begun = StartNext();
  if (!begun) End(begun);
}

Status AutoCommit::CheckGitIsFree() const {
  if (os::Exists(IndexLock())) return Busy("git is at work");
  if (!CheckNoMergeUnderWay(options_.git)) return Busy("a merge is under way");
  return Ok();
}

Status AutoCommit::StartNext() {
  const auto words = work_->commit.Next();
  if (words) work_->git.emplace(TRY(StartGit(options_.git.work_tree, *words, kGitMs)));
  return Ok();
}

// Afterwards there is a git if there is more to do.
Status AutoCommit::TakeResult() {
  Result<std::optional<os::ProcessResult>> ended = work_->git->Look();
  if (ended && !*ended) return Ok();
  const std::string what = Cat("git ", work_->commit.Next()->front());
  work_->git.reset();
  if (!ended) {
    MARK("auto_commit.out_of_time");
    return Error{Code::kIo, Cat(what, ": ", ended.error().message), "", false};
  }
  const Status taken = work_->commit.Take(**ended);
  // Somebody else's git may have begun in the meantime.
  if (!taken && taken.error().message.find("index.lock") != std::string::npos)
    return Busy(taken.error().message);
  TRY(taken);
  return StartNext();
}

void AutoCommit::End(const Status& done) {
  const bool has_committed = work_ && work_->commit.has_committed();
  work_.reset();
  if (!done && done.error().code == Code::kBusy) return NoteBusy();
  busy_since_ms_ = 0;
  busy_told_ = false;
  if (has_committed) log_.Info("Committed the shared file");
  if (done) return;
  log_.Warn(Cat("the shared file was not committed: ", done.error().message));
  due_ms_ = os::MonotonicMs() + kFailedMs;
}

void AutoCommit::NoteBusy() {
  MARK("auto_commit.busy");
  const int64_t now = os::MonotonicMs();
  due_ms_ = now + kBusyMs;
  if (busy_since_ms_ == 0) busy_since_ms_ = now;
  if (busy_told_ || now - busy_since_ms_ < kBusyToldMs) return;
  busy_told_ = true;
  log_.Warn(Cat("the shared file waits to be committed: git is at work, a merge or another sync is under way",
                os::Exists(IndexLock()) ? Cat("; if not, ", IndexLock(), " was left behind") : ""));
}

void AutoCommit::Finish(int64_t within_ms, const std::function<void()>& progress) {
  const int64_t give_up = os::MonotonicMs() + within_ms;
  AwaitGit(give_up, progress);
  Look();
  if (!work_ && due_ms_ != 0) Begin();
  AwaitGit(give_up, progress);
  if (!work_) return;
  MARK("auto_commit.left");
  log_.Warn("the shared file was not committed: git is still at work, and is told to end");
  work_->git->End();
  AwaitGit(os::MonotonicMs() + kLastMs, progress);
}

void AutoCommit::AwaitGit(int64_t until_ms, const std::function<void()>& progress) {
  while (work_ && os::MonotonicMs() < until_ms) {
    progress();
    std::vector<os::Watched> watched;
    Watch(watched);
    (void)os::Poll(watched, std::min(NextMs(), until_ms - os::MonotonicMs()));
    Continue();
  }
}

}  // namespace bd
