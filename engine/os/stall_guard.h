// Ends this process when it hangs, for what a process that hangs holds, others wait for.
//
// A timer of the kernel is wound up again whenever the process says that it lives. If it runs down, a signal
// arrives, wherever the process is. Its handler winds the timer up a last time, for a shorter while: a
// process that was stopped, or a machine that was, goes on from here and is not ended for it. The second
// signal in a row writes a word into a file and ends the process; what it had not committed never happened,
// as after a kill -9.
//
// Between two signals nothing is interrupted and nothing runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/os/files.h"

namespace bd::os {

constexpr int kStalledExit = 70;

struct StallLimits {
  int64_t after_ms;
  int64_t grace_ms;
};

class StallGuard {
 public:
  // Where timers are forbidden there is none. `mark` stays open as long as the guard; `word` is written to
  // its `offset`, and must live for ever.
  StallGuard(const StallLimits& limits, const Fd& mark, int64_t offset, std::string_view word);
  ~StallGuard();
  StallGuard(const StallGuard&) = delete;
  StallGuard& operator=(const StallGuard&) = delete;
  void Alive();

 private:
  struct State;  // the handler's
  std::unique_ptr<State> state_;
};

}  // namespace bd::os
