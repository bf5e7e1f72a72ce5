#include "engine/storage/sqlite.h"

#include <sqlite3.h>

#include <vector>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/storage/functions.h"

namespace bd {

struct Db::State {
  // A compiled statement that is kept for its next use.
  struct Kept {
    uint64_t hash;
    sqlite3_stmt* handle;
    bool idle;
  };
  sqlite3* handle = nullptr;
  std::string path;  // empty: in memory
  std::vector<Kept> statements;
  int wal_frames = 0;

  ~State() {
    for (Kept& kept : statements) sqlite3_finalize(kept.handle);
    sqlite3_close(handle);
  }
};

namespace {

constexpr size_t kKeptStatementsMax = 200;
// SQLite's unix layer takes names of 512 bytes, with what it appends.
constexpr size_t kPathMax = 500;
// The index of the WAL (sqlite.org/walformat.html, 2.2 and 2.3): how many frames are in the database already
// is after the two copies of the header; who changes it holds the lock WAL_CKPT_LOCK.
constexpr int kWalIndexBytes = 32768, kBackfillAt = 96, kCheckpointLock = 1;

Code CodeOf(int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return Code::kBusy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::kCorrupt;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return Code::kDenied;
    case SQLITE_CONSTRAINT: return Code::kConflict;
    default: return Code::kIo;
  }
}

std::string Reason(sqlite3* handle, int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY: return "database is locked by another process";
    case SQLITE_PROTOCOL:
      return "another process is in the middle of opening it and does not go on; it may be stopped";
    case SQLITE_FULL: return "no space left on device";
    case SQLITE_NOTADB: return "file is not a database";
    case SQLITE_CORRUPT: return "database disk image is malformed";
    default: break;
  }
  const std::string reason = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(result);
  const int number = handle ? sqlite3_system_errno(handle) : 0;
  const bool from_system = (result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN;
  return from_system && number != 0 ? Cat(reason, ": ", os::ErrorText(number)) : reason;
}

Error ErrorOf(sqlite3* handle, int result, std::string_view action) {
  std::string hint;
  if ((result & 0xff) == SQLITE_FULL) hint = "free some space and run the command again";
  if ((result & 0xff) == SQLITE_IOERR) {
    hint = os::ErrorHint(handle ? sqlite3_system_errno(handle) : 0);
    if (hint.empty()) hint = "check the disk and the limits (ulimit -f), and run the command again";
  }
  // It may be a reading that failed: nothing is proposed yet.
  if (CodeOf(result) == Code::kCorrupt) hint = "run 'bd doctor': it looks again, and says what to do";
  return {CodeOf(result), Cat(action, ": ", Reason(handle, result)), std::move(hint), false};
}

Error TooLong(const std::string& path) {
  return {Code::kDenied, Cat("open ", path, ": SQLite opens no path of more than ", kPathMax, " bytes"),
          "move the workspace to a shorter path", false};
}

// Paths may contain anything; an URI must not be misread.
std::string UriOf(const std::string& path, std::string_view query) {
  std::string uri = "file:";
  for (char c : path) {
    const unsigned char byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '-' || c == '_' || c == '.';
    if (plain) {
      uri += c;
    } else {
      uri += Cat("%", Hex({reinterpret_cast<const char*>(&byte), 1}));
    }
  }
  return Cat(uri, "?", query);
}

int OnCommit(void* frames, sqlite3*, const char*, int count) {
  *static_cast<int*>(frames) = count;
  return SQLITE_OK;
}

}  // namespace

Db::Db(std::unique_ptr<State> state) : state_(std::move(state)) {}
Db::Db(Db&&) noexcept = default;
Db& Db::operator=(Db&&) noexcept = default;
Db::~Db() = default;

Result<Db> Db::Open(const std::string& path, Mode mode, int64_t busy_timeout_ms) {
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);  // refused once SQLite runs: then it is set already
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  std::string name = path;
  switch (mode) {
    case Mode::kReadWrite: flags |= SQLITE_OPEN_READWRITE; break;
    case Mode::kCreate: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    case Mode::kImmutable:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
      name = UriOf(path, "immutable=1");
      break;
    case Mode::kMemory:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
      name = ":memory:";
      break;
  }
  auto state = std::make_unique<State>();
  state->path = path;
  const int result = sqlite3_open_v2(name.c_str(), &state->handle, flags, nullptr);
  if (result != SQLITE_OK) {
    if (path.size() > kPathMax) return TooLong(path);
    return ErrorOf(state->handle, result, Cat("open ", path));
  }
  sqlite3_busy_timeout(state->handle, static_cast<int>(busy_timeout_ms));
  sqlite3_db_config(state->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, static_cast<int*>(nullptr));
  sqlite3_db_config(state->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, static_cast<int*>(nullptr));
  // Takes the place of SQLite's automatic checkpoint: only the holder of the store lock checkpoints.
  sqlite3_wal_hook(state->handle, OnCommit, &state->wal_frames);
  // No files outside the workspace: a sandbox may deny them, and they would hold other people's issues.
  sqlite3_exec(state->handle, "PRAGMA temp_store = MEMORY", nullptr, nullptr, nullptr);
  RegisterFunctions(state->handle);
  return Db(std::move(state));
}

Error Db::LastError(std::string_view action) const {
  const int result = sqlite3_extended_errcode(state_->handle);
  return ErrorOf(state_->handle, result, Cat(action, state_->path.empty() ? "" : " ", state_->path));
}

Result<Statement> Db::Prepare(std::string_view sql) {
  const uint64_t hash = HashLine(sql).low;
  for (size_t i = 0; i < state_->statements.size(); ++i) {
    State::Kept& kept = state_->statements[i];
    if (kept.hash != hash || !kept.idle || sql != sqlite3_sql(kept.handle)) continue;
    kept.idle = false;
    return Statement(*this, kept.handle, i);
  }
  sqlite3_stmt* handle = nullptr;
  const int result = sqlite3_prepare_v3(state_->handle, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (result != SQLITE_OK) return LastError("read the database");
  if (state_->statements.size() == kKeptStatementsMax) return Statement(*this, handle, Statement::kNotKept);
  state_->statements.push_back({hash, handle, false});
  return Statement(*this, handle, state_->statements.size() - 1);
}

Status Db::Run(const char* sql) {
  if (sqlite3_exec(state_->handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return LastError("write the database");
  }
  return Ok();
}

int64_t Db::Changes() const { return sqlite3_changes64(state_->handle); }
int64_t Db::LastRowId() const { return sqlite3_last_insert_rowid(state_->handle); }
bool Db::InTransaction() const { return sqlite3_get_autocommit(state_->handle) == 0; }
void Db::DropCache() { sqlite3_db_release_memory(state_->handle); }

void Db::SetBusyTimeout(int64_t ms) { sqlite3_busy_timeout(state_->handle, static_cast<int>(ms)); }
int64_t Db::WalFrames() const { return state_->wal_frames; }

bool Db::LastSyncFailed() const { return sqlite3_extended_errcode(state_->handle) == SQLITE_IOERR_FSYNC; }

Status Db::CopyFrom(Db& from) {
  sqlite3_backup* backup = sqlite3_backup_init(state_->handle, "main", from.state_->handle, "main");
  if (backup == nullptr) return LastError("copy the database");
  const int result = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (result == SQLITE_DONE) return Ok();
  return Error{CodeOf(result), Cat("copy the database: ", sqlite3_errstr(result)), "", false};
}

Result<bool> Db::Checkpoint(WalFile file, int64_t wait_ms) {
  sqlite3_busy_timeout(state_->handle, static_cast<int>(wait_ms));
  const int mode = file == WalFile::kEmptied ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART;
  const int result = sqlite3_wal_checkpoint_v2(state_->handle, nullptr, mode, nullptr, nullptr);
  if (result == SQLITE_OK) {
    state_->wal_frames = 0;
    return true;
  }
  if (CodeOf(result) == Code::kBusy) return false;
  return LastError("checkpoint the database");
}

namespace {

// What xShmMap gives: a pointer to memory that other processes have, too.
template <typename Pointer>
Pointer MappedBy(int (*)(sqlite3_file*, int, int, int, Pointer*));

}  // namespace

Status Db::ForgetCheckpoints() {
  if (TRY(QueryText(*this, "PRAGMA journal_mode")) != "wal") return Ok();
  sqlite3_file* file = nullptr;
  sqlite3_file_control(state_->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr || file->pMethods->iVersion < 2) return Ok();
  const sqlite3_io_methods& calls = *file->pMethods;
  decltype(MappedBy(calls.xShmMap)) index = nullptr;
  int result = calls.xShmMap(file, 0, kWalIndexBytes, 0, &index);
  if (result != SQLITE_OK)
    return Error{CodeOf(result), Cat("look at the index of the WAL: ", sqlite3_errstr(result)), "", false};
  if (index == nullptr) return Ok();  // not made yet
  result = calls.xShmLock(file, kCheckpointLock, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE);
  if (result != SQLITE_OK) return Error{CodeOf(result), "another program copies the WAL", "try again", false};
  auto* copied = reinterpret_cast<uint32_t*>(static_cast<char*>(const_cast<void*>(index)) + kBackfillAt);
  __atomic_store_n(copied, 0U, __ATOMIC_SEQ_CST);
  calls.xShmLock(file, kCheckpointLock, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
  return Ok();
}

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), handle_(other.handle_), place_(other.place_) {
  other.handle_ = nullptr;
}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  if (place_ == kNotKept) {
    sqlite3_finalize(handle_);
    return;
  }
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  db_->state_->statements[place_].idle = true;
}

// Binding fails only for a wrong index or without memory: mistakes of ours.
void Statement::BindText(int index, std::string_view value) {
  // A view without data would be taken for NULL.
  const char* data = value.data() ? value.data() : "";
  ASSERT(sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
}
void Statement::BindTextInPlace(int index, std::string_view value) {
  const char* data = value.data() ? value.data() : "";
  ASSERT(sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
}
void Statement::BindInt(int index, int64_t value) {
  ASSERT(sqlite3_bind_int64(handle_, index, value) == SQLITE_OK);
}
void Statement::BindDouble(int index, double value) {
  ASSERT(sqlite3_bind_double(handle_, index, value) == SQLITE_OK);
}
void Statement::BindBlob(int index, std::string_view value) {
  ASSERT(sqlite3_bind_blob64(handle_, index, value.data() ? value.data() : "", value.size(),
                             SQLITE_TRANSIENT) == SQLITE_OK);
}
void Statement::BindNull(int index) { ASSERT(sqlite3_bind_null(handle_, index) == SQLITE_OK); }
void Statement::BindTextOrNull(int index, std::string_view value) {
  if (value.empty()) {
    BindNull(index);
  } else {
    BindText(index, value);
  }
}

Result<bool> Statement::Step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return db_->LastError(sqlite3_stmt_readonly(handle_) ? "read the database" : "write the database");
}

Status Statement::Execute() {
  while (TRY(Step())) {
  }
  return Ok();
}

void Statement::Reset() { sqlite3_reset(handle_); }

std::string_view Statement::TextView(int column) const {
  const void* text = sqlite3_column_type(handle_, column) == SQLITE_BLOB
                         ? sqlite3_column_blob(handle_, column)
                         : static_cast<const void*>(sqlite3_column_text(handle_, column));
  return {static_cast<const char*>(text), static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}
std::string Statement::Text(int column) const { return std::string(TextView(column)); }
int64_t Statement::Int(int column) const { return sqlite3_column_int64(handle_, column); }
double Statement::Double(int column) const { return sqlite3_column_double(handle_, column); }
bool Statement::IsNull(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

std::string Placeholders(size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += i == 0 ? "?" : ",?";
  return out;
}

}  // namespace bd
