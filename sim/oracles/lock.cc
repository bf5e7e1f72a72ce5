// LOCK: nobody writes into a store file after losing his locks on it unawares: the kernel drops all record
// locks of a process on a file when it closes any descriptor of it, without a word (F36). And nobody writes
// into a database or its WAL, or cuts one, without the store lock: the distribution's SQLite has a defect
// there (F35).
#include <algorithm>

#include "sim/run/oracle.h"

namespace sim {

namespace {

class LockOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    // A close that fails drops them as well.
    if ((outcome < 0 && call.op != Op::kClose) || !task.owns_statics || !IsStoreFile(call.path)) return;
    if (WritesStore(call) && !HasStoreLock(task, Store(call.path)) && unlocked_.insert(task.number).second) {
      Fail("LOCK", task.options.agent + " changed " + std::string(call.path) + " without the store lock");
    }
    if (call.op == Op::kRecordLock) held_[{task.number, std::string(call.path)}] = Holds(task, call.path);
    if (call.op == Op::kWrite && lost_.contains({task.number, Store(call.path)})) {
      Fail("LOCK", task.options.agent + " wrote into " + std::string(call.path) +
                       " after it had lost its locks by closing another descriptor");
    }
    if (call.op != Op::kClose) return;
    const auto held = held_.find({task.number, std::string(call.path)});
    if (held == held_.end() || !held->second) return;
    held->second = false;
    if (IsOpenElsewhere(task, call.path)) lost_.insert({task.number, Store(call.path)});
  }

 private:
  // Not the lock files beside it, nor the versions of the shared file that are named after it.
  static bool IsStoreFile(std::string_view path) {
    return path.ends_with("/beads.db") || path.ends_with("/beads.db-wal") || path.ends_with("/beads.db-shm");
  }
  // The database of a store file: all three are written under the same locks.
  static std::string Store(std::string_view path) {
    return std::string(path.substr(0, path.rfind(".db") + 3));
  }

  static bool WritesStore(const Call& call) {
    return (call.op == Op::kWrite || call.op == Op::kTruncate) && !call.path.ends_with("-shm");
  }

  // Whether the lock file is still there is another rule's affair.
  bool HasStoreLock(const Task& task, const std::string& store) const {
    if (view_.world.kernel().rules().locks_lie) return true;
    const InodeRef file = view_.world.kernel().Find(store + ".lock");
    if (file == nullptr) return true;
    const auto& flocks = file->locks.flocks();
    return std::any_of(flocks.begin(), flocks.end(), [&task](const auto& lock) {
      return std::any_of(task.process->files.begin(), task.process->files.end(),
                         [&lock](const auto& open) { return open.second.file.get() == lock.first; });
    });
  }

  bool Holds(const Task& task, std::string_view path) const {
    const InodeRef inode = view_.world.kernel().Find(path);
    if (inode == nullptr) return false;
    for (const RecordLock& lock : inode->locks.records()) {
      if (lock.owner.pid == task.process->pid) return true;
    }
    return false;
  }

  bool IsOpenElsewhere(const Task& task, std::string_view path) const {
    const InodeRef inode = view_.world.kernel().Find(path);
    for (const auto& [fd, file] : task.process->files) {
      if (file.file->inode == inode) return true;
    }
    return false;
  }

  std::map<std::pair<int, std::string>, bool> held_;
  std::set<std::pair<int, std::string>> lost_;
  std::set<int> unlocked_;  // tasks that wrote without the store lock; once is enough
};

}  // namespace

std::unique_ptr<Oracle> MakeLock(RunView& view) { return std::make_unique<LockOracle>(view); }

}  // namespace sim
