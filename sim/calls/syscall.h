// How every redirected call is made: the world is entered (time, faults, a switch), the kernel answers, or
// the process waits until it does, and the world is left. errno is set on failure only, as in libc.
#pragma once

#include <cerrno>
#include <string_view>
#include <utility>

#include "sim/world/world.h"

namespace sim {

// -1 with errno for a negative outcome.
inline int64_t Result(Outcome outcome) {
  if (outcome >= 0) return outcome;
  errno = static_cast<int>(-outcome);
  return -1;
}

// `answer(process, verdict)` asks the kernel; it is asked again after a wait. Of a call that a fault lets
// fail the kernel hears nothing, but through `failing(process, error)`: some do a part of their work all the
// same.
template <typename Answer, typename Failing>
int64_t Syscall(const Call& call, Answer&& answer, Failing&& failing) {
  const int before = errno;
  World& world = TheWorld();
  const Verdict verdict = world.Enter(call);
  Outcome outcome = -verdict.error;
  if (verdict.error != 0) {
    failing(*world.running().process, verdict.error);
  } else {
    while ((outcome = answer(*world.running().process, verdict)) == kBlocks) {
      if (world.Wait()) continue;
      outcome = -EINTR;
      break;
    }
  }
  world.Leave(call, outcome);
  errno = before;
  return Result(outcome);
}

template <typename Answer>
int64_t Syscall(const Call& call, Answer&& answer) {
  return Syscall(call, std::forward<Answer>(answer), [](Process&, int) {});
}

// The path that a descriptor was opened by; "" if unknown.
inline std::string_view PathOf(int fd) {
  const std::map<int, std::string>& paths = TheWorld().running().paths;
  const auto at = paths.find(fd);
  return at == paths.end() ? std::string_view() : std::string_view(at->second);
}

}  // namespace sim
