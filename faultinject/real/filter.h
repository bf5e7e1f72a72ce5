// Calls denied by the kernel itself: a seccomp filter.
#pragma once

#include <string>
#include <string_view>

#include "faultinject/profile.h"
#include "faultinject/real/means.h"

namespace fault::real {

bool CanFilter(std::string_view op);
// For this process and all that come of it, for ever. What went wrong, or "".
std::string DenyCalls(const Profile& profile, const Means& means);

}  // namespace fault::real
