#include "sim/kernel/locks.h"

#include <algorithm>

namespace sim {
namespace {

bool Overlap(const RecordLock& a, const RecordLock& b) { return a.begin < b.end && b.begin < a.end; }

}  // namespace

const RecordLock* FileLocks::Conflict(const RecordLock& wanted) const {
  for (const RecordLock& lock : records_) {
    if (lock.owner == wanted.owner || !Overlap(lock, wanted)) continue;
    if (lock.type == LockType::kExclusive || wanted.type == LockType::kExclusive) return &lock;
  }
  return nullptr;
}

const RecordLock* FileLocks::Own(const RecordLock& wanted) const {
  for (const RecordLock& lock : records_) {
    if (lock.owner == wanted.owner && Overlap(lock, wanted)) return &lock;
  }
  return nullptr;
}

bool FileLocks::Cut(const LockOwner& owner, int64_t begin, int64_t end) {
  bool any = false;
  for (size_t i = 0; i < records_.size();) {
    RecordLock& lock = records_[i];
    if (!(lock.owner == owner) || lock.end <= begin || end <= lock.begin) {
      ++i;
      continue;
    }
    any = true;
    if (lock.begin < begin && end < lock.end) {
      RecordLock rest = lock;
      rest.begin = end;
      lock.end = begin;
      records_.insert(records_.begin() + static_cast<ptrdiff_t>(i) + 1, rest);
      return true;
    }
    if (lock.begin < begin) {
      lock.end = begin;
      ++i;
    } else if (end < lock.end) {
      lock.begin = end;
      ++i;
    } else {
      records_.erase(records_.begin() + static_cast<ptrdiff_t>(i));
    }
  }
  return any;
}

bool FileLocks::Set(const RecordLock& wanted) {
  RecordLock lock = wanted;
  bool frees = false;
  size_t first = 0;
  while (first < records_.size() && !(records_[first].owner == lock.owner)) ++first;
  // Touching locks of the same type become one.
  for (size_t i = first; i < records_.size() && records_[i].owner == lock.owner; ++i) {
    const RecordLock& other = records_[i];
    if (other.type != lock.type) {
      frees = frees || (lock.type == LockType::kShared && Overlap(other, lock));
    } else if (other.begin <= lock.end && lock.begin <= other.end) {
      lock.begin = std::min(lock.begin, other.begin);
      lock.end = std::max(lock.end, other.end);
    }
  }
  // The owner keeps his place in the list, even if all that he had is replaced.
  Cut(lock.owner, lock.begin, lock.end);
  size_t at = first;
  while (at < records_.size() && records_[at].owner == lock.owner && records_[at].begin < lock.begin) ++at;
  records_.insert(records_.begin() + static_cast<ptrdiff_t>(at), lock);
  return frees;
}

bool FileLocks::Release(const LockOwner& owner, int64_t begin, int64_t end) { return Cut(owner, begin, end); }

bool FileLocks::ReleaseAll(const LockOwner& owner) {
  return std::erase_if(records_, [&](const RecordLock& lock) { return lock.owner == owner; }) > 0;
}

FileLocks::FlockAnswer FileLocks::Flock(const OpenFile* description, LockType type) {
  bool had = false;
  for (auto it = flocks_.begin(); it != flocks_.end(); ++it) {
    if (it->first != description) continue;
    if (it->second == type) return FlockAnswer::kTaken;
    flocks_.erase(it);
    had = true;
    break;
  }
  for (const auto& [other, other_type] : flocks_) {
    if (type == LockType::kExclusive || other_type == LockType::kExclusive) {
      return had ? FlockAnswer::kLost : FlockAnswer::kRefused;
    }
  }
  flocks_.emplace_back(description, type);
  return had ? FlockAnswer::kConverted : FlockAnswer::kTaken;
}

bool FileLocks::Unflock(const OpenFile* description) {
  return std::erase_if(flocks_, [&](const auto& lock) { return lock.first == description; }) > 0;
}

void FileLocks::Clear() {
  records_.clear();
  flocks_.clear();
}

}  // namespace sim
