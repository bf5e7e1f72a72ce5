// flock and fcntl's record locks.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "sim/kernel/kernel.h"
#include "sim/kernel/try.h"

namespace sim {
namespace {

constexpr int64_t kOffsetMax = INT64_MAX;
// Linux gives up looking for a circle after so many steps.
constexpr int kDeadlockStepsMax = 10;

// The range that a caller means, as [begin, end).
Outcome RangeOf(const OpenFile& file, const struct flock& lock, RecordLock& range) {
  int64_t base = 0;
  switch (lock.l_whence) {
    case SEEK_SET: break;
    case SEEK_CUR: base = file.offset; break;
    case SEEK_END: base = file.inode->size(); break;
    default: return -EINVAL;
  }
  if (lock.l_start > kOffsetMax - base) return -EOVERFLOW;
  range.begin = base + lock.l_start;
  if (range.begin < 0) return -EINVAL;
  if (lock.l_len > 0) {
    if (lock.l_len - 1 > kOffsetMax - range.begin) return -EOVERFLOW;
    range.end = lock.l_len > kOffsetMax - range.begin ? kOffsetMax : range.begin + lock.l_len;
  } else if (lock.l_len < 0) {
    if (range.begin + lock.l_len < 0) return -EINVAL;
    range.end = range.begin;
    range.begin += lock.l_len;
  } else {
    range.end = kOffsetMax;
  }
  range.type = lock.l_type == F_WRLCK ? LockType::kExclusive : LockType::kShared;
  const bool known = lock.l_type == F_RDLCK || lock.l_type == F_WRLCK || lock.l_type == F_UNLCK;
  return known ? 0 : -EINVAL;
}

void Tell(const RecordLock* found, struct flock& lock) {
  if (found == nullptr) {
    lock.l_type = F_UNLCK;
    return;
  }
  lock.l_type = found->type == LockType::kExclusive ? F_WRLCK : F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = found->begin;
  lock.l_len = found->end == kOffsetMax ? 0 : found->end - found->begin;
  lock.l_pid = found->owner.description != nullptr ? -1 : found->owner.pid;
}

}  // namespace

// Whether waiting for `blocker` would close a circle of POSIX locks.
bool Kernel::Deadlocks(const Process& process, const RecordLock& blocker) {
  const RecordLock* lock = &blocker;
  for (int step = 0; step <= kDeadlockStepsMax && lock != nullptr && lock->owner.pid != 0; ++step) {
    if (lock->owner.pid == process.pid) return true;
    const Process* owner = FindProcess(lock->owner.pid);
    if (owner == nullptr || owner->waits_for == nullptr) return false;
    if (owner->waits_for != owner->lock_wait.locks) return false;
    lock = owner->lock_wait.locks->Conflict(owner->lock_wait.lock);
  }
  return false;
}

Outcome Kernel::SetRecordLock(Process& process, Inode& inode, const RecordLock& lock, bool unlocks,
                              bool waits) {
  process.lock_wait.locks = nullptr;
  if (unlocks) {
    if (inode.locks.Release(lock.owner, lock.begin, lock.end)) WakeLocks(inode);
    return 0;
  }
  if (const RecordLock* blocker = inode.locks.Conflict(lock)) {
    if (!waits) return -EAGAIN;
    if (lock.owner.pid != 0) {
      if (Deadlocks(process, *blocker)) return -EDEADLK;
      process.lock_wait = {&inode.locks, lock};
    }
    return Blocks(process, inode);
  }
  if (inode.locks.Set(lock)) WakeLocks(inode);
  return 0;
}

Outcome Kernel::RecordLockCall(Process& process, int fd, int command, struct flock& lock) {
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  const bool by_description = command == F_OFD_SETLK || command == F_OFD_SETLKW || command == F_OFD_GETLK;
  const bool asks = command == F_GETLK || command == F_OFD_GETLK;
  RecordLock wanted;
  if (rules().locks_lie) {
    if (asks) lock.l_type = F_UNLCK;
    return 0;
  }
  if (command == F_GETLK && lock.l_type != F_RDLCK && lock.l_type != F_WRLCK) return -EINVAL;
  SIM_TRY(RangeOf(*file, lock, wanted));
  wanted.owner = by_description ? LockOwner{0, file} : LockOwner{process.pid, nullptr};
  if (asks) {
    if (by_description && lock.l_pid != 0) return -EINVAL;
    const FileLocks& locks = file->inode->locks;
    Tell(lock.l_type == F_UNLCK ? locks.Own(wanted) : locks.Conflict(wanted), lock);
    return 0;
  }
  const int mode = file->flags & O_ACCMODE;
  if (lock.l_type == F_RDLCK && mode == O_WRONLY) return -EBADF;
  if (lock.l_type == F_WRLCK && mode == O_RDONLY) return -EBADF;
  if (by_description && lock.l_pid != 0) return -EINVAL;
  const bool waits = command == F_SETLKW || command == F_OFD_SETLKW;
  return SetRecordLock(process, *file->inode, wanted, lock.l_type == F_UNLCK, waits);
}

Outcome Kernel::Flock(Process& process, int fd, int operation) {
  const int kind = operation & ~LOCK_NB;
  if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN) return -EINVAL;
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  if (rules().locks_lie) return 0;
  Inode& inode = *file->inode;
  if (kind == LOCK_UN) {
    if (inode.locks.Unflock(file)) WakeLocks(inode);
    return 0;
  }
  const auto answer = inode.locks.Flock(file, kind == LOCK_EX ? LockType::kExclusive : LockType::kShared);
  using Answer = FileLocks::FlockAnswer;
  if (answer == Answer::kConverted || answer == Answer::kLost) WakeLocks(inode);
  if (answer == Answer::kTaken || answer == Answer::kConverted) return 0;
  return (operation & LOCK_NB) != 0 ? -EAGAIN : Blocks(process, inode);
}

}  // namespace sim
