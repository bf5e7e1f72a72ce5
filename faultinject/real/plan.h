// The faults of a plan for real processes: the text that the simulator reads, as far as it is about faults.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "faultinject/rule.h"

namespace fault::real {

// The lines `fault ...`. What else a plan has - agents, disks, schedules - is for the simulator and passed
// over; what no plan has is an error.
std::variant<std::vector<Rule>, TextError> ReadRules(std::string_view text);

// Why a rule cannot be put into effect on a real process; "" if it can.
std::string WhyNot(const Rule& rule);

// Puts the rules into the environment of what comes next, runs it, and says on standard error which of them
// did not strike. Its exit code, or kExitNever if a rule `never` struck, or kExitNotHere.
constexpr int kExitNever = 124;
int RunWithRules(const std::vector<Rule>& rules, const std::string& trace, const std::function<int()>& run);

}  // namespace fault::real
