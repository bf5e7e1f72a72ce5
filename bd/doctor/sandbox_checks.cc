// What is forbidden here. Only what a command of bd would do is tried; marks of a sandbox alone mean nothing.
#include "bd/doctor/check.h"
#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"

namespace bd {

namespace {

constexpr int64_t kStatusMax = 65536;

std::vector<std::string> Marks() {
  std::vector<std::string> marks;
  for (const char* name :
       {"CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "SEATBELT_PROFILE", "SANDBOX_RUNTIME"}) {
    if (os::HasEnv(name)) marks.push_back(Cat(name, "=", os::GetEnv(name)));
  }
  const Result<std::string> status = os::ReadFile("/proc/self/status", kStatusMax);
  if (status && status->find("Seccomp:\t2") != std::string::npos) marks.emplace_back("a seccomp filter");
  return marks;
}

std::vector<std::string> Denied(const Seen& seen) {
  std::vector<std::string> denied;
  if (seen.daemon.is_denied) denied.emplace_back("the daemon's socket");
  if (!os::IsWritable(seen.workspace.directory))
    denied.push_back(Cat("writing in ", seen.workspace.directory));
  if (seen.workspace.git && !os::IsWritable(seen.workspace.git->common_dir))
    denied.emplace_back("writing in .git");
  return denied;
}

}  // namespace

Check CheckSandbox(const Seen& seen) {
  Check check{.name = "Sandbox", .category = "Runtime"};
  const std::vector<std::string> marks = Marks(), denied = Denied(seen);
  if (!marks.empty()) check.detail = Cat("marks of one: ", Join(marks, ", "));
  check.message =
      denied.empty() ? "nothing that bd needs is forbidden" : Cat("forbidden: ", Join(denied, ", "));
  if (denied.empty()) return check;
  check.status = "warning";
  check.detail += Cat(check.detail.empty() ? "" : "; ",
                      "commands work directly, and answer from a copy where they cannot write");
  check.fix = "nothing in a sandbox; elsewhere look at owners and modes";
  return check;
}

}  // namespace bd
