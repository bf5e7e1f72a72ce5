// Locks between processes. A lock file is created once and never unlinked: whoever unlinks one lets
// two processes hold "the" lock on two inodes.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"
#include "engine/os/files.h"

namespace bd::os {

// An exclusive flock on a file of its own; released by the destructor or by the process's death.
class FileLock {
 public:
  FileLock() = default;
  // Waits at most `timeout_ms` (0: not at all); kBusy then. The wait is a blocking flock that a timer
  // interrupts, so waiters are served by the kernel in turn.
  static Result<FileLock> Acquire(const std::string& path, int64_t timeout_ms);
  // On a file that is open already; the descriptor stays with the lock.
  static Result<FileLock> Acquire(Fd file, const std::string& path, int64_t timeout_ms);

  bool held() const { return static_cast<bool>(file_); }
  // Somebody else had it when it was asked for.
  bool waited() const { return waited_; }
  const Fd& file() const { return file_; }
  // Gives the lock back but keeps the file open, for the next Acquire.
  Fd Release();

 private:
  explicit FileLock(Fd file, bool waited = false) : file_(std::move(file)), waited_(waited) {}
  Fd file_;
  bool waited_ = false;
};

// An open-file-description lock on the whole file; kBusy if somebody else holds it. A probe with
// HasRangeLock never disturbs a holder or a starter.
Status TakeRangeLock(const Fd& file);
Result<bool> HasRangeLock(const Fd& file);

}  // namespace bd::os
