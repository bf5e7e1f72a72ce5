#include "engine/os/process_identity.h"

#include <signal.h>
extern "C" {
#include <sys/pidfd.h>
}
#include <unistd.h>

#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace bd::os {

namespace {

constexpr size_t kStatMax = 4096;

std::string BootId() {
  Result<std::string> text = ReadFile("/proc/sys/kernel/random/boot_id", 64);
  return text ? std::string(Trim(*text)) : "";
}

int64_t PidNamespace() {
  Result<FileInfo> info = Stat("/proc/self/ns/pid");
  return info ? static_cast<int64_t>(info->inode) : 0;
}

// The 22nd field of stat; the second is a name in parentheses and may hold anything.
int64_t StartOf(int64_t pid) {
  Result<std::string> text = ReadFile(Cat("/proc/", pid, "/stat"), kStatMax);
  if (!text) return 0;
  const size_t name_end = text->rfind(')');
  if (name_end == std::string::npos) return 0;
  const std::vector<std::string> fields = Split(std::string_view(*text).substr(name_end + 2), ' ');
  constexpr size_t kStartField = 19;  // of those behind the name
  if (fields.size() <= kStartField) return 0;
  return ParseInt(fields[kStartField]).value_or(0);
}

bool IsHere(const ProcessIdentity& process) {
  return process.pid > 0 && process.pid_namespace != 0 && process.pid_namespace == PidNamespace();
}

}  // namespace

ProcessIdentity OwnIdentity() {
  const int64_t pid = getpid();
  return {pid, StartOf(pid), BootId(), PidNamespace()};
}

Life LifeOf(const ProcessIdentity& process) {
  const std::string boot = BootId();
  if (process.boot.empty() || boot.empty()) return Life::kUnknown;
  if (process.boot != boot) return Life::kDead;
  if (!IsHere(process)) return Life::kUnknown;
  if (kill(static_cast<pid_t>(process.pid), 0) != 0 && errno == ESRCH) return Life::kDead;
  // Whether we may send it signals says nothing: what counts is whether it is still the same process.
  const int64_t start = StartOf(process.pid);
  if (start == 0 || process.start == 0) return Life::kUnknown;
  return start == process.start ? Life::kAlive : Life::kDead;
}

Status SendSignal(const ProcessIdentity& process, EndSignal signal) {
  const std::string name = Cat("process ", process.pid);
  if (!IsHere(process) || process.start == 0) {
    return Error{Code::kDenied, Cat(name, ": it cannot be told whether it is still the one that was meant"),
                 "", false};
  }
  Fd held(pidfd_open(static_cast<pid_t>(process.pid), 0));
  if (!held) {
    Error error = SystemError(errno, "signal", name);
    if (errno == ESRCH) error.code = Code::kNotFound;
    return error;
  }
  switch (LifeOf(process)) {
    case Life::kAlive: break;
    case Life::kDead: return NotFound(Cat(name, " is gone"));
    case Life::kUnknown: return Error{Code::kDenied, Cat(name, ": it cannot be looked at"), "", false};
  }
  const int number = signal == EndSignal::kStop ? SIGTERM : SIGKILL;
  if (pidfd_send_signal(held.get(), number, nullptr, 0) != 0) {
    Error error = SystemError(errno, "signal", name);
    if (errno == ESRCH) error.code = Code::kNotFound;
    return error;
  }
  return Ok();
}

}  // namespace bd::os
