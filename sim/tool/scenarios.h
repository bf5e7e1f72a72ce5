// The scenarios: plans in sim/scenarios, one file each, built into the program.
#pragma once

#include <span>
#include <string_view>

namespace sim {

struct Scenario {
  std::string_view name;  // of the file, without .plan
  std::string_view text;
};

std::span<const Scenario> AllScenarios();

}  // namespace sim
