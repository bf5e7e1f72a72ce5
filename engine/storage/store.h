// The store: one database file, who may use it how, and transactions.
//
// Invariants:
//  1. The store lock (flock on DATABASE.lock, created once, never unlinked) is held around every
//     write transaction and every checkpoint, so that among our processes no two connections ever
//     checkpoint and commit at once.
//  2. A commit is durable when Commit returns (synchronous = FULL), unless it was asked to be lazy.
//  3. Before a commit the path must still lead to the files that are open; otherwise nothing is
//     written, the handle is closed without a checkpoint, and the caller gets kReplaced.
//  4. The WAL is cut to zero when it holds more than kWalFramesMax frames; nobody else checkpoints. Who
//  commits
//     many times a second begins it anew after kBusyWalFramesMax, and cuts it when he rests.
//  5. No handle keeps a read transaction longer than its Tx lives.
//  6. Where a sync of the WAL failed, the kernel takes what it held for written, also the frames of lazy
//     commits before it, and the next sync does not tell. What is committed behind such a hole is lost with
//     the power. So whoever saw it says so in the first byte of DATABASE.lock, and no write begins before
//     the WAL was copied into the database, synced there, and begun anew; all of it, for what a checkpoint
//     that met a reader had copied before was not synced then, and is lost likewise.
//
// Lock order: .sync.lock, .jsonl.lock, store lock.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/base/result.h"
#include "engine/os/files.h"
#include "engine/os/lock.h"
#include "engine/storage/sqlite.h"

namespace bd {

constexpr int64_t kWalFramesMax = 240;  // of 4 KB: a WAL at rest stays below 1 MB
constexpr int64_t kBusyWalFramesMax = 1000;
constexpr int64_t kLockTimeoutMs = 30'000;

class Store;

// A transaction. Rolled back by the destructor unless it was committed.
class Tx {
 public:
  Tx(Tx&& other) noexcept;
  Tx& operator=(Tx&&) = delete;
  ~Tx();

  Db& db() const;
  bool writable() const { return writable_; }
  // Issues that this transaction has marked dirty; see MarkDirty.
  std::set<std::string>& marked() { return marked_; }

 private:
  friend class Store;
  Tx(Store& store, bool writable, os::FileLock lock);
  void Finish();

  Store* store_;
  bool writable_;
  os::FileLock lock_;
  std::set<std::string> marked_;
};

struct StoreOptions {
  std::string path;  // real path of the database
  int64_t lock_timeout_ms = kLockTimeoutMs;
  bool is_busy = false;  // commits many times a second, and calls Rest() when it does not
};

class Store {
 public:
  // How the content is reached.
  enum class Access {
    kReadWrite,
    kReadOnly,  // in place, but nothing can be written
    kPrivate,   // a copy in memory: what is written there is seen by this process only
  };
  enum class Durability {
    kDurable,
    kLazy,  // safe in order, but the last ones may be lost in a power failure
  };

  // Opens an existing database, migrated if need be; where it cannot be written, to be read in place or as
  // a private copy. kNotFound, kNewer, kInvalid (of another program), kCorrupt, kDenied, kBusy.
  static Result<Store> Open(const StoreOptions& options);
  // Makes a new database with what `fill` puts into it; it appears complete or not at all. kConflict
  // if there is one.
  static Status Create(const StoreOptions& options, const std::function<Status(Tx&)>& fill);
  // An empty store in memory.
  static Result<Store> InMemory();
  // The same content as a private copy.
  Result<Store> PrivateCopy();

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  Access access() const;
  // After kReplaced: everything fails with it from now on; to be opened anew.
  bool was_replaced() const;
  // Somebody else was writing when this process wanted to.
  bool met_others() const;
  const std::string& path() const;  // empty for a store in memory
  // What SQLite said when the files could not be opened for writing.
  const std::optional<Error>& trouble() const;

  Result<Tx> BeginRead();
  // Waits for the store lock. kBusy after the lock time-out, kReplaced if the files were replaced.
  Result<Tx> BeginWrite(Durability durability = Durability::kDurable);
  Result<Tx> BeginWriteWithin(int64_t timeout_ms, Durability durability = Durability::kDurable);
  // Returns when those who waited for the store lock just now have had it; at once if nobody did.
  // Whoever is about to do costly work for all of them queues behind them with this.
  void LetWritersPass();
  // Cuts a WAL file that grew. For moments in which nobody waits.
  Status Rest();
  // Consumes the transaction. kReplaced: nothing was written.
  Status Commit(Tx tx);

 private:
  friend class Tx;
  struct State;
  explicit Store(std::unique_ptr<State> state);
  void CloseHandle();
  Status CheckFiles();
  bool IsAsLeft() const;
  bool IsWalLong() const;
  void Checkpoint(const os::FileLock& lock, Db::WalFile file);
  void NoteFailedSync(const os::FileLock& lock);
  Status MakeWalWhole(const os::FileLock& lock);
  Status CheckGeneration(Tx& tx);
  Status CheckSchema(Tx& tx);
  Status KnowsSchema(int64_t stored) const;
  Status MigrateIfNeeded();

  std::unique_ptr<State> state_;
};

// Whether the file system is one whose locks or shared memory cannot be relied on between openers
// (network and host-shared mounts): then the rollback journal is used instead of the WAL.
bool IsUnreliableFileSystem(const std::string& directory);

}  // namespace bd
