// From a seed to a plan: who works, what they do, and what goes wrong. Swarm testing: each seed also draws
// which kinds of commands, faults and disks there are at all, so that no kind drowns the others.
#pragma once

#include <cstdint>

#include "sim/run/plan.h"

namespace sim {

struct SwarmOptions {
  int agents_max = 6;
  int commands = 40;  // in all
  bool faults = true;
  bool external_edits = true;
};

Plan MakePlan(uint64_t seed, const SwarmOptions& options);

}  // namespace sim
