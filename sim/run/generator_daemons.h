// The part of a seed's plan that is about daemons: who runs them, looks after them, and what befalls them.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/run/generator.h"
#include "sim/run/workload.h"

namespace sim {

// Adds to a plan that has its agents. It may strike them only through what they share: apart from it the plan
// is what it would be without it.
void DrawDaemons(uint64_t seed, const SwarmOptions& options, const std::vector<Workload::Place>& places,
                 Plan& plan);

}  // namespace sim
