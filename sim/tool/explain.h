// A run in words: who did what, which fault struck, which invariant broke at which step.
#pragma once

#include <string>

#include "sim/run/plan.h"
#include "sim/tool/forked.h"

namespace sim {

enum class Detail {
  kEffects,  // commands, faults, and the calls that change the store's and the shared file's names or sync
             // them
  kAllCalls,
};

struct Explanation {
  std::string text;
  bool broken = false;  // also if the setup fails
};

// Runs the plan in this process, once.
Explanation Explain(const Plan& plan, Detail detail, const Paint& paint = {});

}  // namespace sim
