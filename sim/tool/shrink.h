// Makes a failing plan small: faults, agents and commands are taken out as long as the same oracle still
// complains.
#pragma once

#include <functional>
#include <string>

#include "sim/run/plan.h"
#include "sim/tool/forked.h"

namespace sim {

struct ShrinkReport {
  Plan plan;
  std::string oracle;  // empty: the plan does not fail
  int tried = 0;
};

// `progress(tried, commands, faults)` now and then.
ShrinkReport Shrink(Runner& runner, const Plan& plan, const std::function<void(int, int, int)>& progress);

}  // namespace sim
