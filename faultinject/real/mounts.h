// What is read-only, and what lies on a file system of its own: mounts that only those inside see.
#pragma once

#include <string>

#include "faultinject/profile.h"

namespace fault::real {

bool NeedsMounts(const Profile& profile);
// In a mount namespace of one's own. What went wrong, or "".
std::string ArrangeMounts(const Profile& profile, const Places& places);

}  // namespace fault::real
