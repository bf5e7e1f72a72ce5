// Days with a process manager that starts the daemon again ten seconds after each end, whatever that was (as
// launchd does): in each run two days, with one way for the daemon to come to no good, and agents who work.
// The oracles say whether starts keep to their schedule and the store is whole after each life.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/run/run.h"

namespace sim {

struct DaysReport {
  int64_t days = 0, commands = 0;
  double seconds = 0;
  std::vector<std::string> broken;  // way, seed, oracle and message
};

DaysReport RunDays(int64_t days, uint64_t first, int jobs);

}  // namespace sim
