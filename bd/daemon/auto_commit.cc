#include "bd/daemon/auto_commit.h"

#include <algorithm>

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/lock.h"
#include "engine/os/path.h"

namespace bd {

namespace {

constexpr int64_t kBusyMs = 1'000, kFailedMs = 60'000;
// Three of them, in the middle of a daemon's step.
constexpr int64_t kGitMs = 5'000;

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
  options_.timeout_ms = kGitMs;
  options_.sign = !config.Flag("git.no-gpg-sign");
}

void AutoCommit::Look() {
  const Result<os::FileInfo> now = os::Stat(file_);
  if (!has_repository_ || !now || (seen_ && IsSame(*seen_, *now))) return;
  seen_ = *now;
  if (due_ms_ == 0) due_ms_ = os::MonotonicMs() + interval_ms_;
}

int64_t AutoCommit::NextMs() const {
  return due_ms_ == 0 ? -1 : std::max<int64_t>(0, due_ms_ - os::MonotonicMs());
}

void AutoCommit::CommitIfDue() {
  if (NextMs() == 0) CommitAll();
}

void AutoCommit::CommitAll() {
  Look();
  if (due_ms_ == 0) return;
  due_ms_ = 0;
  const Result<bool> done = Commit();
  if (done) {
    if (*done) log_.Info("Committed the shared file");
    return;
  }
  const bool is_busy = done.error().code == Code::kBusy;
  if (is_busy) MARK("auto_commit.busy");
  if (!is_busy) log_.Warn(Cat("the shared file was not committed: ", done.error().message));
  due_ms_ = os::MonotonicMs() + (is_busy ? kBusyMs : kFailedMs);
}

Result<bool> AutoCommit::Commit() {
  const os::FileLock lock = TRY(os::FileLock::Acquire(lock_path_, 0));
  if (os::Exists(Cat(options_.git.git_dir, "/index.lock"))) return Busy("git is at work");
  if (!CheckNoMergeUnderWay(options_.git)) return Busy("a merge is under way");
  options_.message = Cat("bd daemon export: ", FormatSeconds(os::Now()));
  Result<bool> done = CommitFiles(options_, {file_}, os::Now());
  // Git may have begun in the meantime.
  if (!done && done.error().message.find("index.lock") != std::string::npos)
    return Busy(done.error().message);
  return done;
}

}  // namespace bd
