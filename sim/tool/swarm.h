// Many seeds, in parallel, each a run of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/run/generator.h"
#include "sim/run/oracle.h"

namespace sim {

struct SwarmPlan {
  uint64_t first = 1;
  int64_t seeds = 1000;
  int jobs = 1;
  int64_t seconds = 0;  // 0: no limit
  int64_t failures_max = 20;
  bool twice = false;  // each seed a second time, with other memory: the trace must be the same
  SwarmOptions options;
};

struct SwarmFailure {
  uint64_t seed = 0;
  std::vector<Violation> violations;
};

struct SwarmReport {
  int64_t seeds = 0;
  int64_t commands = 0, acknowledged = 0, refused = 0, killed = 0;
  uint64_t calls = 0, power_losses = 0, struck = 0;
  int64_t simulated_ns = 0;
  double seconds = 0;
  double processor_seconds = 0;  // ours and the runs'
  uint64_t traces = 0;           // of all the seeds' trace hashes, in whatever order they ended
  size_t stack_bytes = 0;
  bool interrupted = false;
  std::string shape;  // the flags that the plans were drawn with, each behind a space
  std::vector<SwarmFailure> failures;
};

// `show_progress` on standard error, if that is a terminal.
SwarmReport RunSwarm(const SwarmPlan& plan, bool show_progress);
std::string Summary(const SwarmReport& report);
std::string SummaryJson(const SwarmReport& report);

}  // namespace sim
