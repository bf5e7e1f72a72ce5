// What a store keeps between calls; for store.cc and new_store.cc alone.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/storage/store.h"

namespace bd {

// The files of a store as they were when they were opened; inode 0: not there.
struct StoreFiles {
  os::FileInfo database;
  uint64_t wal_inode = 0;
  uint64_t shm_inode = 0;
  int64_t wal_size = 0;  // at the last look
  os::FileInfo present;  // the database, at the last look
  os::FileInfo left;     // the database, after our last commit
};

struct Store::State {
  StoreOptions options;
  Access access = Access::kReadWrite;
  std::optional<Db> db;
  StoreFiles files;
  os::Fd lock_file;          // between transactions
  std::optional<bool> lazy;  // what the handle was told last
  std::string generation;    // of the store that was opened, once known
  bool has_our_tables = false;
  bool sync_failed = false;  // of the WAL; to tell the others may not have worked
  bool met_others = false;
  std::optional<Error> trouble;  // why it cannot be written, if that is known

  std::string LockPath() const { return options.path + ".lock"; }
  Result<os::FileLock> TakeLock(int64_t timeout_ms) {
    if (!lock_file) lock_file = TRY(os::OpenReadWrite(LockPath(), 0644));
    Result<os::FileLock> lock = os::FileLock::Acquire(std::move(lock_file), LockPath(), timeout_ms);
    met_others |= lock ? lock->waited() : lock.error().code == Code::kBusy;
    return lock;
  }
};

}  // namespace bd
