// What a system call of the simulated operating system answers.
#pragma once

#include <cstdint>
#include <limits>

namespace sim {

// At least 0, or a negated errno, or kBlocks.
using Outcome = int64_t;

// The call cannot go on: Process::waits_for names what the process waits for. Asked again after that was
// woken (Kernel::TakeWoken), it may answer, or block again.
constexpr Outcome kBlocks = std::numeric_limits<int64_t>::min();

}  // namespace sim
