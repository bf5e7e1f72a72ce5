#include "engine/os/lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/clock.h"

namespace bd::os {

namespace {

// The timer fires again and again: a tick that comes just before flock begins to wait must not be
// the last one.
constexpr int64_t kTickMs = 20;

void IgnoreTick(int) {}

// While it lives, blocking calls end with EINTR once `after_ms` have passed.
class Interrupter {
 public:
  explicit Interrupter(int64_t after_ms) {
    struct sigaction action {};
    action.sa_handler = IgnoreTick;
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, &old_action_);
    itimerval timer{};
    timer.it_value = ToTimeval(after_ms);
    timer.it_interval = ToTimeval(kTickMs);
    setitimer(ITIMER_REAL, &timer, nullptr);
  }
  ~Interrupter() {
    itimerval off{};
    setitimer(ITIMER_REAL, &off, nullptr);
    sigaction(SIGALRM, &old_action_, nullptr);
  }
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;

 private:
  static timeval ToTimeval(int64_t ms) { return {ms / 1000, (ms % 1000) * 1000}; }
  struct sigaction old_action_ {};
};

Status Flock(const Fd& file, const std::string& path, int operation) {
  if (flock(file.get(), operation) == 0) return Ok();
  if (errno == EWOULDBLOCK || errno == EINTR) {
    return Error{Code::kBusy, Cat("lock ", path, ": held by another process"), "", false};
  }
  return SystemError(errno, "lock", path);
}

}  // namespace

Result<FileLock> FileLock::Acquire(const std::string& path, int64_t timeout_ms) {
  return Acquire(TRY(OpenReadWrite(path, 0644)), path, timeout_ms);
}

Result<FileLock> FileLock::Acquire(Fd file, const std::string& path, int64_t timeout_ms) {
  Status status = Flock(file, path, LOCK_EX | LOCK_NB);
  if (status) return FileLock(std::move(file));
  if (status.error().code != Code::kBusy || timeout_ms <= 0) return std::move(status).error();
  const int64_t deadline = MonotonicMs() + timeout_ms;
  Interrupter interrupter(timeout_ms);
  for (;;) {
    status = Flock(file, path, LOCK_EX);
    if (status) return FileLock(std::move(file), true);
    if (status.error().code != Code::kBusy || MonotonicMs() >= deadline) return std::move(status).error();
  }
}

Fd FileLock::Release() {
  if (file_) flock(file_.get(), LOCK_UN);
  return std::move(file_);
}

namespace {
struct flock WholeFile() {
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return range;
}
}  // namespace

Status TakeRangeLock(const Fd& file) {
  struct flock range = WholeFile();
  if (fcntl(file.get(), F_OFD_SETLK, &range) == 0) return Ok();
  if (errno == EAGAIN || errno == EACCES) return Error{Code::kBusy, "held by another process", "", false};
  return SystemError(errno, "lock", "file");
}

Result<bool> HasRangeLock(const Fd& file) {
  struct flock range = WholeFile();
  if (fcntl(file.get(), F_OFD_GETLK, &range) != 0) return SystemError(errno, "query lock of", "file");
  return range.l_type != F_UNLCK;
}

}  // namespace bd::os
