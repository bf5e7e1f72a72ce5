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

// Runs the plan in this process, once.
std::string Explain(const Plan& plan, Detail detail, const Paint& paint = {});

}  // namespace sim
