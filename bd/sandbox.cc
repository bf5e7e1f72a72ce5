#include "bd/sandbox.h"

#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/socket.h"

namespace bd {

namespace {

constexpr const char* kMarkers[] = {"CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "SEATBELT_PROFILE"};
constexpr std::string_view kRestricted[] = {"\nNoNewPrivs:\t1\n", "\nSeccomp:\t2\n"};

}  // namespace

std::string NoteOfDenial(const DaemonPlace& place) {
  if (os::IsWritable(place.socket) || !os::Exists(place.socket)) {
    return "ℹ️  Sandbox detected, using direct mode";
  }
  return Cat("note: ", place.socket, ": permission denied, using direct mode; see 'bd daemon status'");
}

bool IsOutOfReach(const DaemonPlace& place) {
  const Result<os::Fd> connection = os::Connect(place.socket);
  return !connection && connection.error().code == Code::kDenied;
}

bool LooksLikeSandbox() {
  for (const char* name : kMarkers) {
    if (os::HasEnv(name)) return true;
  }
  const Result<std::string> status = os::ReadFile("/proc/self/status");
  if (!status) return false;
  for (std::string_view line : kRestricted) {
    if (status->find(line) != std::string::npos) return true;
  }
  return false;
}

}  // namespace bd
