// A new store: made under another name, and then put in place complete.
#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/os/path.h"
#include "engine/os/random.h"
#include "engine/storage/store_state.h"

namespace bd {

bool IsUnreliableFileSystem(const std::string& directory) {
  constexpr uint64_t kTypes[] = {
      0x6969,      // NFS
      0x01021997,  // 9p, also WSL's drives
      0x517b,      // SMB
      0xff534d42,  // CIFS
      0xfe534d42,  // SMB2
      0x786f4256,  // VirtualBox shared folders
      0x65735546,  // FUSE, also virtiofs
  };
  const uint64_t type = os::FileSystemType(directory);
  for (uint64_t unreliable : kTypes) {
    if (type == unreliable) return true;
  }
  return false;
}

namespace {

constexpr const char* kNewSuffix = ".new-";

// A WAL that a removed database left behind must not be replayed into a new one. It may hold the
// last copy of something, so it is renamed and not removed.
Status SetSidecarsAside(const std::string& path) {
  const std::string kept = Cat(path, ".left-", os::RandomHex(4));
  for (const char* suffix : {"-wal", "-shm"}) {
    if (!os::Exists(path + suffix)) continue;
    MARK("store.sidecar_set_aside");
    TRY(os::Rename(path + suffix, kept + suffix));
  }
  return Ok();
}

// What creators that were killed left behind. The lock is held: nobody is at work on one.
Status RemoveUnfinished(const std::string& path) {
  const std::string directory = os::DirectoryOf(path);
  const std::string prefix = os::NameOf(path) + kNewSuffix;
  for (const std::string& name : TRY(os::ListDirectory(directory))) {
    if (name.starts_with(prefix)) (void)os::Unlink(os::JoinPath(directory, name));
  }
  return Ok();
}

}  // namespace

Status Store::Create(const StoreOptions& options, const std::function<Status(Tx&)>& fill) {
  const std::string directory = os::DirectoryOf(options.path);
  // Two creators must not meet half-way. The directory itself is the lock: nothing else is there yet.
  os::FileLock lock =
      TRY(os::FileLock::Acquire(TRY(os::OpenRead(directory)), directory, options.lock_timeout_ms));
  Result<os::FileInfo> present = os::Stat(options.path);
  if (present && present->size > 0) {
    return Error{Code::kConflict, Cat("database ", options.path, " exists already"), "", false};
  }
  const std::string temporary = Cat(options.path, kNewSuffix, os::RandomHex(4));
  TRY(RemoveUnfinished(options.path));
  Status made = [&]() -> Status {
    auto state = std::make_unique<State>();
    state->access = Access::kPrivate;
    state->db = TRY(Db::Open(temporary, Db::Mode::kCreate, options.lock_timeout_ms));
    TRY(state->db->Run("PRAGMA journal_mode = MEMORY"));
    Store store(std::move(state));
    TRY(store.MigrateIfNeeded());
    Tx tx = TRY(store.BeginWrite());
    TRY(fill(tx));
    TRY(store.Commit(std::move(tx)));
    const bool reliable = !IsUnreliableFileSystem(directory);
    return store.state_->db->Run(reliable ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE");
  }();
  // The companions of the temporary are empty and nobody else knows its name.
  for (const char* suffix : {"-wal", "-shm"}) (void)os::Unlink(temporary + suffix);
  if (made) made = SetSidecarsAside(options.path);
  if (made) made = os::Rename(temporary, options.path);
  if (!made) {
    (void)os::Unlink(temporary);
    return made;
  }
  return os::SyncDirectory(directory);
}

}  // namespace bd
