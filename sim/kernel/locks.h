// Advisory locks of one inode, as Linux has them: three kinds that do not see each other's owner rules.
//
//   POSIX record locks   owner: the process. Dropped when the process closes *any* descriptor of the inode.
//   OFD record locks     owner: the open file description. In conflict with POSIX locks of others.
//   flock                owner: the open file description; whole file; independent of the two above.
#pragma once

#include <cstdint>
#include <map>
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
  // The lock of somebody else that forbids this one; null if there is none. With several, the one with
  // the lowest begin, as F_GETLK tells.
  const RecordLock* Conflict(const RecordLock& wanted) const;
  // Adds, changes or splits: what the owner had in the range is replaced.
  void Set(const RecordLock& lock);
  // True if something was given back.
  bool Release(const LockOwner& owner, int64_t begin, int64_t end);
  bool ReleaseAll(const LockOwner& owner);

  // False: another description has it. Taking it in the other type replaces the own one.
  bool TryFlock(const OpenFile* description, LockType type);
  bool Unflock(const OpenFile* description);

  bool empty() const { return records_.empty() && flocks_.empty(); }
  const std::vector<RecordLock>& records() const { return records_; }
  const std::map<const OpenFile*, LockType>& flocks() const { return flocks_; }

 private:
  std::vector<RecordLock> records_;
  std::map<const OpenFile*, LockType> flocks_;  // iterated for tests only: the order is that of addresses
};

}  // namespace sim
