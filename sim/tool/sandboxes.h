// Scenarios in sandboxes: those that are to be run in each, and all others put into one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/run/plan.h"

namespace sim {

// Names of profiles.
std::vector<std::string> SandboxNames();
// Whether a plan's text has `sandbox=EACH`; and the text with that one in its place.
bool IsForEachSandbox(std::string_view text);
std::string InSandbox(std::string text, const std::string& profile);
// Everybody who runs bd goes inside. What the plan expects is no longer asked for: what must hold is.
void PutInside(Plan& plan, const std::string& profile);

}  // namespace sim
