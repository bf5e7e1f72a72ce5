#include "engine/storage/store.h"

#include "engine/base/assert.h"
#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/os/path.h"
#include "engine/storage/migrate.h"
#include "engine/storage/readonly.h"
#include "engine/storage/store_state.h"

namespace bd {

namespace {

constexpr int64_t kPassMs = 200;
constexpr int64_t kWalBytesMax = kWalFramesMax * 4200;

// A checkpoint needs a moment without readers. Reads take milliseconds; one that takes long must not
// hold up every writer.
constexpr int64_t kCheckpointWaitMs = 100;
constexpr int64_t kWholeWaitMs = 2'000;
// The first byte of DATABASE.lock; see invariant 6.
constexpr char kSyncFailed = '1', kSyncWorks = '0';

uint64_t InodeOf(const std::string& path) {
  Result<os::FileInfo> info = os::Stat(path);
  return info ? info->inode : 0;
}

Error Replaced(const std::string& path) {
  return {Code::kReplaced, Cat("the database ", path, " was replaced while it was in use"),
          "run the command again", false};
}

}  // namespace

// --- Tx

Tx::Tx(Store& store, bool writable, os::FileLock lock)
    : store_(&store), writable_(writable), lock_(std::move(lock)) {}

Tx::Tx(Tx&& other) noexcept
    : store_(other.store_),
      writable_(other.writable_),
      lock_(std::move(other.lock_)),
      marked_(std::move(other.marked_)) {
  other.store_ = nullptr;
}

Tx::~Tx() {
  if (store_ == nullptr) return;
  if (store_->state_->db && store_->state_->db->InTransaction())
    (void)store_->state_->db->Execute("ROLLBACK");
  Finish();
}

void Tx::Finish() {
  if (lock_.held()) store_->state_->lock_file = lock_.Release();
  store_ = nullptr;
}

Db& Tx::db() const { return *store_->state_->db; }

// --- Opening

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;
Store::Access Store::access() const { return state_->access; }
bool Store::met_others() const { return state_->met_others; }
const std::string& Store::path() const { return state_->options.path; }
const std::optional<Error>& Store::trouble() const { return state_->trouble; }

Result<Store> Store::Open(const StoreOptions& options) {
  auto state = std::make_unique<State>();
  state->options = options;
  for (int attempt = 0;; ++attempt) {
    state->files.database = TRY(os::Stat(options.path));
    // SQLite would take an empty file for a new database, and remove the WAL beside it.
    if (state->files.database.size == 0) return Replaced(options.path);
    state->files.wal_inode = InodeOf(options.path + "-wal");
    state->files.shm_inode = InodeOf(options.path + "-shm");
    state->db = TRY(Db::Open(options.path, Db::Mode::kReadWrite, options.lock_timeout_ms));
    // The handle must belong to the file that was looked at.
    Result<os::FileInfo> now = os::Stat(options.path);
    if (now && SameFile(*now, state->files.database)) break;
    state->db.reset();
    if (attempt == 3) return Replaced(options.path);
  }
  Result<int64_t> version = StoredSchemaVersion(*state->db);
  if (!version && version.error().code == Code::kCorrupt) {
    // One reading proves nothing: a passing read error looks the same.
    state->db = TRY(Db::Open(options.path, Db::Mode::kReadWrite, options.lock_timeout_ms));
    version = StoredSchemaVersion(*state->db);
  }
  Status writable = os::MayWrite(options.path);
  if (writable) writable = os::MayWrite(os::DirectoryOf(options.path));
  // A full disk has no room for the WAL's index: what can be read is answered from a copy.
  const bool failed =
      !version && (version.error().code == Code::kDenied || version.error().code == Code::kIo);
  if (!writable || failed) {
    MARK("store.not_writable");
    if (!writable) {
      state->trouble = writable.error();
    } else if (version.error().code != Code::kDenied) {
      state->trouble = version.error();
    }
    const bool readable = version && *version == SchemaVersion();
    state->access = Access::kReadOnly;
    if (readable) return Store(std::move(state));
    state->db = TRY(CopyForReading(options.path));
    state->access = Access::kPrivate;
  } else if (!version) {
    Error& error = version.error();
    if (error.code == Code::kInvalid) error.message = Cat(options.path, ": ", error.message);
    return std::move(error);
  }
  Store store(std::move(state));
  TRY(store.MigrateIfNeeded());
  return store;
}

Status Store::MigrateIfNeeded() {
  const int64_t stored = TRY(StoredSchemaVersion(*state_->db));
  TRY(KnowsSchema(stored));
  state_->has_our_tables = stored > 0;
  if (stored == SchemaVersion()) return Ok();
  // Tables are rebuilt with references in place; the check comes back with the transaction's end.
  Tx tx = TRY(BeginWrite());
  TRY(Migrate(tx.db()));
  TRY(Commit(std::move(tx)));
  state_->has_our_tables = true;
  return Ok();
}

Status Store::KnowsSchema(int64_t stored) const {
  Status known = CheckSchemaVersion(stored);
  if (!known) known.error().message = Cat(path(), ": ", known.error().message);
  return known;
}

Result<Store> Store::InMemory() {
  auto state = std::make_unique<State>();
  state->access = Access::kPrivate;
  state->db = TRY(Db::Open("", Db::Mode::kMemory, 0));
  Store store(std::move(state));
  TRY(store.MigrateIfNeeded());
  return store;
}

Result<Store> Store::PrivateCopy() {
  auto state = std::make_unique<State>();
  state->access = Access::kPrivate;
  state->options = state_->options;
  state->trouble = state_->trouble;
  state->db = TRY(Db::Open("", Db::Mode::kMemory, 0));
  TRY(state->db->CopyFrom(*state_->db));
  Store store(std::move(state));
  TRY(store.MigrateIfNeeded());
  return store;
}

// --- Transactions

bool Store::was_replaced() const { return !state_->db; }

Result<Tx> Store::BeginRead() {
  if (was_replaced()) return Replaced(path());
  TRY(state_->db->Execute("BEGIN"));
  Tx tx(*this, false, {});
  TRY(CheckSchema(tx));
  return tx;
}

Result<Tx> Store::BeginWrite(Durability durability) {
  return BeginWriteWithin(state_->options.lock_timeout_ms, durability);
}

Result<Tx> Store::BeginWriteWithin(int64_t timeout_ms, Durability durability) {
  if (was_replaced()) return Replaced(path());
  if (state_->access == Access::kReadOnly) {
    ASSERT(state_->trouble);
    return *state_->trouble;
  }
  const bool lazy = durability == Durability::kLazy;
  if (state_->access == Access::kPrivate) {
    TRY(state_->db->Execute("BEGIN IMMEDIATE"));
    return Tx(*this, true, {});
  }
  os::FileLock lock = TRY(state_->TakeLock(timeout_ms));
  TRY(CheckFiles());
  TRY(MakeWalWhole(lock));
  if (lazy != state_->lazy) {
    TRY(state_->db->Run(lazy ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL"));
    state_->lazy = lazy;
  }
  state_->db->SetBusyTimeout(timeout_ms);
  if (!IsAsLeft()) state_->db->DropCache();
  TRY(state_->db->Execute("BEGIN IMMEDIATE"));
  StoreFiles& files = state_->files;
  if (files.wal_inode == 0) files.wal_inode = InodeOf(path() + "-wal");
  if (files.shm_inode == 0) files.shm_inode = InodeOf(path() + "-shm");
  Tx tx(*this, true, std::move(lock));
  TRY(CheckGeneration(tx));
  TRY(CheckSchema(tx));
  return tx;
}

// A newer bd may have migrated it since it was opened: a daemon has it open for days.
Status Store::CheckSchema(Tx& tx) {
  if (!state_->has_our_tables) return Ok();
  return KnowsSchema(TRY(QueryInt(tx.db(), "SELECT value FROM bd_meta WHERE key = 'schema_version'")));
}

// A file that was overwritten in place (a copy put back) has the same inode, but is another store.
Status Store::CheckGeneration(Tx& tx) {
  if (!state_->has_our_tables) return Ok();
  std::string generation =
      TRY(QueryText(tx.db(), "SELECT value FROM bd_meta WHERE key = 'generation'")).value_or("");
  if (state_->generation.empty()) state_->generation = generation;
  if (generation == state_->generation) return Ok();
  MARK("store.overwritten");
  CloseHandle();
  tx.Finish();
  return Replaced(path());
}

void Store::LetWritersPass() {
  if (state_->access != Access::kReadWrite) return;
  // The lock is served in turn. Whether it came in time does not matter.
  if (Result<os::FileLock> lock = state_->TakeLock(kPassMs)) state_->lock_file = lock->Release();
}

// Its cache, its locks and its map of the WAL belong to files that are gone, and SQLite would share the last
// two with every other handle of this process. Without a checkpoint a close writes nothing.
void Store::CloseHandle() {
  if (state_->db->InTransaction()) (void)state_->db->Execute("ROLLBACK");
  state_->db.reset();
}

Status Store::CheckFiles() {
  StoreFiles& files = state_->files;
  Result<os::FileInfo> now = os::Stat(path());
  Result<os::FileInfo> wal = os::Stat(path() + "-wal");
  files.wal_size = wal ? wal->size : 0;
  files.present = now ? *now : os::FileInfo();
  auto changed = [](uint64_t opened, uint64_t present) { return opened != 0 && opened != present; };
  const bool there = now && now->size > 0 && SameFile(*now, files.database);
  if (there && !changed(files.wal_inode, wal ? wal->inode : 0) &&
      !changed(files.shm_inode, InodeOf(path() + "-shm"))) {
    return Ok();
  }
  MARK("store.replaced");
  CloseHandle();
  return Replaced(path());
}

Status Store::Commit(Tx tx) {
  ASSERT(tx.writable() && tx.store_ == this);
  if (state_->access == Access::kPrivate) {
    Status done = state_->db->Execute("COMMIT");
    if (done) tx.Finish();
    return done;
  }
  TRY(CheckFiles());
  Status committed = state_->db->Execute("COMMIT");
  if (!committed) NoteFailedSync(tx.lock_);
  TRY(std::move(committed));
  if (state_->options.is_busy) {
    if (state_->db->WalFrames() > kBusyWalFramesMax) Checkpoint(tx.lock_, Db::WalFile::kKept);
  } else if (IsWalLong()) {
    Checkpoint(tx.lock_, Db::WalFile::kEmptied);
  }
  // Programs that watch the database file must see that it changed, although the WAL took the write.
  (void)os::Touch(path());
  Result<os::FileInfo> left = os::Stat(path());
  state_->files.left = left ? *left : os::FileInfo();
  tx.Finish();
  return Ok();
}

// A writer that was killed may have left more in the file than the frames that count.
bool Store::IsWalLong() const {
  return state_->db->WalFrames() > kWalFramesMax || state_->files.wal_size > kWalBytesMax;
}

// Acknowledged work is in the WAL already; what fails here is tried again by the next writer.
void Store::Checkpoint(const os::FileLock& lock, Db::WalFile file) {
  MARK("store.checkpoint");
  Result<bool> complete = state_->db->Checkpoint(file, kCheckpointWaitMs);
  if (!complete) NoteFailedSync(lock);
  if (complete && !*complete) MARK("store.checkpoint_busy");
  state_->db->SetBusyTimeout(state_->options.lock_timeout_ms);
}

void Store::NoteFailedSync(const os::FileLock& lock) {
  if (!state_->db->LastSyncFailed()) return;
  MARK("store.sync_failed");
  state_->sync_failed = true;
  (void)os::WriteAt(lock.file(), std::string_view(&kSyncFailed, 1), 0);
}

Status Store::MakeWalWhole(const os::FileLock& lock) {
  char mark = 0;
  const Result<size_t> read = os::ReadAt(lock.file(), &mark, 1, 0);
  if (read && mark != kSyncFailed && !state_->sync_failed) return Ok();
  MARK("store.wal_begun_anew");
  TRY(state_->db->ForgetCheckpoints());
  const Result<bool> complete = state_->db->Checkpoint(Db::WalFile::kEmptied, kWholeWaitMs);
  if (!complete) return complete.error();
  if (!*complete) {
    return Error{Code::kBusy,
                 Cat("the disk failed to take a change of ", path(), ", and somebody still reads there"),
                 "try again", false};
  }
  state_->sync_failed = false;
  return os::WriteAt(lock.file(), std::string_view(&kSyncWorks, 1), 0);
}

Status Store::Rest() {
  if (state_->access != Access::kReadWrite || was_replaced() || !IsWalLong()) return Ok();
  os::FileLock lock = TRY(state_->TakeLock(kCheckpointWaitMs));
  Status same = CheckFiles();
  if (same) Checkpoint(lock, Db::WalFile::kEmptied);
  state_->lock_file = lock.Release();
  return same;
}

// In WAL mode SQLite takes a file that something else overwrote for unchanged, and its cache for true. While
// our own frames lie over the file, and its stamps are those of our last commit, the cache is as true as the
// frames.
bool Store::IsAsLeft() const {
  const os::FileInfo &left = state_->files.left, &present = state_->files.present;
  return state_->db->WalFrames() > 0 && left.inode != 0 && SameFile(left, present) &&
         left.size == present.size && left.mtime_ns == present.mtime_ns && left.ctime_ns == present.ctime_ns;
}

}  // namespace bd
