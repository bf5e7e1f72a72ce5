#include "faultinject/torture/store_copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/files.h"
#include "engine/os/poll.h"

namespace fault::torture {

namespace {

using bd::Cat;

constexpr int64_t kLockMs = 20'000;
constexpr int64_t kLockPauseMs = 10;

class Database {
 public:
  Database(const std::string& path, int flags) {
    (void)sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(handle_); }
  sqlite3* get() const { return handle_; }
  std::string Trouble() const { return sqlite3_errmsg(handle_); }

 private:
  sqlite3* handle_ = nullptr;
};

std::string Copy(const std::string& from, const std::string& to) {
  const Database source(from, SQLITE_OPEN_READWRITE), target(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3_backup* backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
  if (backup == nullptr) return Cat("backup: ", target.Trouble());
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  return stepped == SQLITE_DONE && finished == SQLITE_OK ? "" : Cat("backup: ", target.Trouble());
}

// Whoever writes holds it; "" or why it was not obtained.
std::string TakeLock(const bd::os::Fd& file) {
  const int64_t end = bd::os::MonotonicMs() + kLockMs;
  while (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return Cat("store lock: ", bd::os::ErrorText(errno));
    if (bd::os::MonotonicMs() > end)
      return Cat("the store lock is held for more than ", kLockMs / 1000, " s");
    std::vector<bd::os::Watched> nothing;
    (void)bd::os::Poll(nothing, kLockPauseMs);
  }
  return "";
}

}  // namespace

std::string ReplaceStore(const std::string& database) {
  const bd::Result<bd::os::Fd> lock = bd::os::OpenReadWrite(database + ".lock", 0600);
  if (!lock) return lock.error().message;
  if (std::string wrong = TakeLock(*lock); !wrong.empty()) return wrong;
  const std::string copy = database + ".restored";
  if (std::string wrong = Copy(database, copy); !wrong.empty()) return wrong;
  for (const char* suffix : {"-wal", "-shm"}) (void)bd::os::Unlink(copy + suffix);
  const bd::Status renamed = bd::os::Rename(copy, database);
  for (const char* suffix : {"-wal", "-shm"}) (void)bd::os::Unlink(database + suffix);
  return renamed ? "" : renamed.error().message;
}

std::string CheckStore(const std::string& database) {
  const Database store(database, SQLITE_OPEN_READWRITE);
  std::string found;
  const auto take = [](void* into, int, char** columns, char**) {
    *static_cast<std::string*>(into) += columns[0];
    return 0;
  };
  if (sqlite3_exec(store.get(), "PRAGMA integrity_check", take, &found, nullptr) != SQLITE_OK)
    return store.Trouble();
  return found == "ok" ? "" : found;
}

}  // namespace fault::torture
