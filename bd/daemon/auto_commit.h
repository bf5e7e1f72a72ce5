// `bd daemon start --auto-commit`: commits the shared file, and nothing else, when it has changed.
//
//   idle --changed--> due in an interval --> looking --> adding --> committing --> idle
//             ^  a second, if git is at work or a merge under way; a minute, if it failed  |
//             +----------------------------------------------------------------------------+
//
// All changes of an interval go into one commit. It is made by the user's git, of the file's path alone: what
// else is staged stays staged, and hooks that look at a commit are not run. Git runs beside the daemon, which
// waits for none: each git has a deadline, after which it is told to end, and then killed.
//
// Invariant: at most one git is at work, from its start to its end, however it is brought about; .sync.lock
// is held for as long.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bd/daemon/log.h"
#include "engine/os/files.h"
#include "engine/os/lock.h"
#include "engine/os/poll.h"
#include "engine/session/config.h"
#include "engine/session/workspace.h"
#include "engine/sync/file_commit.h"

namespace bd {

class AutoCommit {
 public:
  // Nothing is committed where the file is in no repository.
  AutoCommit(const Workspace& workspace, const Config& config, int64_t interval_ms, DaemonLog& log);

  // Notices whether the file has changed, by whomever.
  void Look();
  // Milliseconds until there is something to do; negative: nothing.
  int64_t NextMs() const;
  // Adds what says earlier than that that there is.
  void Watch(std::vector<os::Watched>& watched) const;
  // Does what there is to do now. Waits for nothing.
  void Continue();
  // Whatever is left, at the end of a life: waits for git, but no longer than this.
  void Finish(int64_t within_ms, const std::function<void()>& progress);

 private:
  struct Work {
    os::FileLock lock;
    FileCommit commit;
    std::optional<os::RunningProcess> git;
  };
  void Begin();
  Status CheckGitIsFree() const;
  Status StartNext();
  Status TakeResult();
  void End(const Status& done);
  void NoteBusy();
  void AwaitGit(int64_t until_ms, const std::function<void()>& progress);
  std::string IndexLock() const { return options_.git.git_dir + "/index.lock"; }

  GitSyncOptions options_;
  std::string file_, lock_path_;
  int64_t interval_ms_;
  DaemonLog& log_;
  bool has_repository_ = false;
  std::optional<os::FileInfo> seen_;  // as it was last committed, or looked at for that
  int64_t due_ms_ = 0;                // 0: nothing is to be committed
  int64_t busy_since_ms_ = 0;         // 0: the last one was not kept waiting
  bool busy_told_ = false;
  std::optional<Work> work_;  // a commit under way
};

}  // namespace bd
