// Advisory locks of one inode, as Linux has them: three kinds that do not see each other's owner rules.
//
//   POSIX record locks   owner: the process. Dropped when the process closes *any* descriptor of the inode.
//   OFD record locks     owner: the open file description. In conflict with POSIX locks of others.
//   flock                owner: the open file description; whole file; independent of the two above.
//
// Invariants of the list of records, which is the order in which Linux looks for a conflict:
//  1. An owner's locks stand together, owners in the order in which they got their first one.
//  2. Within an owner they are sorted, do not overlap, and neighbours that touch differ in type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sim {

struct OpenFile;

enum class LockType { kShared, kExclusive };

// One owner: a process (POSIX) or a description (OFD); the other is empty.
struct LockOwner {
  int pid = 0;
  const OpenFile* description = nullptr;
  friend bool operator==(const LockOwner&, const LockOwner&) = default;
};

struct RecordLock {
  LockOwner owner;
  LockType type = LockType::kShared;
  int64_t begin = 0, end = 0;  // [begin, end); INT64_MAX: to the end of the file, whatever that is
};

class FileLocks {
 public:
  // The lock of somebody else that forbids this one; null if there is none. With several, the first of the
  // list, as F_GETLK tells.
  const RecordLock* Conflict(const RecordLock& wanted) const;
  // The first lock of the owner himself in the range.
  const RecordLock* Own(const RecordLock& wanted) const;
  // Adds, changes or splits: what the owner had in the range is replaced. True if somebody who waits may go
  // on: something was given back, or changed to shared.
  bool Set(const RecordLock& lock);
  // True if something was given back.
  bool Release(const LockOwner& owner, int64_t begin, int64_t end);
  bool ReleaseAll(const LockOwner& owner);

  enum class FlockAnswer {
    kTaken,
    kConverted,  // taken, and the lock of the other type given back
    kRefused,
    kLost,  // refused, and the own lock of the other type is gone: Linux does not convert atomically
  };
  FlockAnswer Flock(const OpenFile* description, LockType type);
  bool Unflock(const OpenFile* description);

  bool empty() const { return records_.empty() && flocks_.empty(); }
  void Clear();
  const std::vector<RecordLock>& records() const { return records_; }
  // In the order in which they were taken.
  const std::vector<std::pair<const OpenFile*, LockType>>& flocks() const { return flocks_; }

  bool awaited = false;  // somebody blocks on them

 private:
  // What `owner` has in the range goes; true if there was something.
  bool Cut(const LockOwner& owner, int64_t begin, int64_t end);

  std::vector<RecordLock> records_;
  std::vector<std::pair<const OpenFile*, LockType>> flocks_;
};

}  // namespace sim
