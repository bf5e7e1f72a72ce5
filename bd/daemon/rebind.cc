#include "bd/daemon/rebind.h"

#include "engine/base/text.h"
#include "engine/daemon/start_state.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"

namespace bd {

namespace {

constexpr StopPatience kForced{.asked_ms = 2'000, .signalled_ms = 2'000, .kills = true};

}  // namespace

Result<bool> ParseForceRebind(const std::string& value) {
  const std::string word = Lower(value);
  for (std::string_view yes : {"1", "true", "yes", "on"}) {
    if (word == yes) return true;
  }
  for (std::string_view no : {"", "0", "false", "no", "off"}) {
    if (word == no) return false;
  }
  return Invalid(Cat("invalid BD_FORCE_REBIND ", Quote(value), " (1, true, yes, on; 0, false, no, off)"));
}

std::string Administrator() {
  const std::string user = os::GetEnv("USER");
  return Cat(user.empty() ? Cat("user ", os::EffectiveUser()) : user, " on ", os::HostName(), ", PID ",
             os::ProcessId());
}

Status ForceOut(const DaemonPlace& place) {
  Result<int64_t> stopped = StopDaemon(place, kForced);
  if (!stopped && stopped.error().code == Code::kDenied) {
    return Error{Code::kDenied,
                 Cat("BD_FORCE_REBIND: the daemon does not end for a request, and is not killed: ",
                     stopped.error().message),
                 "find and end the process that holds the lock yourself; see 'bd daemon status'", false};
  }
  if (!stopped && stopped.error().code == Code::kNotFound) {
    return Error{Code::kDenied, "BD_FORCE_REBIND: what answers here does not hold the lock of our daemons",
                 "end it by its own means, for instance with the program that started it", false};
  }
  TRY(std::move(stopped));
  // As after 'bd daemon restart'; but the starts of the last minutes stay counted, for two who force each
  // other.
  StartState::NoteHealth(place.StartState(), os::Now());
  return Ok();
}

}  // namespace bd
