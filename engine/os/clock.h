// Clocks. The wall clock may jump in either direction and lie outside of 1970 to 2100; deadlines are
// taken from the monotonic clock only.
#pragma once

#include <cstdint>

#include "engine/base/time.h"

namespace bd::os {

Time Now();  // wall clock, with the local offset of that moment
int64_t WallNanos();
int64_t MonotonicMs();
int64_t MonotonicNanos();
void SleepMs(int64_t ms);
// Local offset from UTC at a moment (seconds since 1970), in seconds.
int32_t LocalOffset(int64_t seconds);
// The moment of a local calendar time; of two in autumn the first.
Time FromLocal(const Civil& civil);

}  // namespace bd::os
