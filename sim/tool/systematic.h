// The systematic lane: for each command that changes something and each of its calls: the call fails once,
// fails for ever, the process is killed before it, after it, the machine loses power after it, and: killed
// there, and power lost after the next acknowledgement. Complete, not sampled; afterwards everything must be
// as in any run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/run/oracle.h"

namespace sim {

struct SystematicFinding {
  std::string plan;  // as text
  Violation violation;
};

struct SystematicReport {
  int64_t commands = 0, runs = 0;
  double seconds = 0;
  std::vector<SystematicFinding> findings;
};

// `only`: those whose first word it is; empty: all.
SystematicReport RunSystematic(int jobs, const std::string& only, bool show_progress);

}  // namespace sim
