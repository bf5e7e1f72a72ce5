// Calls that are judged by us, one by one, because nothing in the kernel answers with the error that is
// wanted: a seccomp filter that asks, and a process that answers as long as anybody lives in the sandbox.
#pragma once

#include <string>

#include "faultinject/profile.h"

namespace fault::real {

// For this process and all that come of it. What went wrong, or "".
std::string JudgeCalls(const Profile& profile, const Places& places);

}  // namespace fault::real
