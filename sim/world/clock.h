// Time in the world: one monotonic clock, and a wall clock that plans may step.
#pragma once

#include <cstdint>

namespace sim {

struct Clock {
  static constexpr int64_t kStartWallNs = 1'772'000'000LL * 1'000'000'000;  // in 2026

  int64_t mono_ns = 1'000'000'000;
  int64_t wall_offset_ns = kStartWallNs;

  int64_t wall_ns() const { return mono_ns + wall_offset_ns; }
};

}  // namespace sim
