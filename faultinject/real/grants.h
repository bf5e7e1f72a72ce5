// What a process may write, and whom it may signal: a Landlock ruleset.
#pragma once

#include <string>

#include "faultinject/profile.h"

namespace fault::real {

// For this process and all that come of it, for ever. What went wrong, or "".
std::string GrantRoots(const Profile& profile, const Places& places);

}  // namespace fault::real
