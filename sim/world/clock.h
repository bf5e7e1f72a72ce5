// Time in the world: a monotonic clock, one that also counts while the machine sleeps, and a wall clock that
// plans may step.
#pragma once

#include <algorithm>
#include <cstdint>

namespace sim {

struct Clock {
  static constexpr int64_t kStartWallNs = 1'772'000'000LL * 1'000'000'000;  // in 2026

  int64_t mono_ns = 1'000'000'000;  // of the world: it never goes back
  int64_t wall_offset_ns = kStartWallNs;

  int64_t slept_ns = 0;
  int64_t booted_ns = 0;  // the monotonic clock then

  // As programs see them.
  int64_t monotonic_ns() const { return mono_ns - booted_ns; }
  int64_t boottime_ns() const { return monotonic_ns() + slept_ns; }
  int64_t wall_ns() const { return mono_ns + slept_ns + wall_offset_ns; }
  // However many steps a plan has: not before 1970, as on Linux, nor beyond what 64 bits of nanoseconds hold.
  void StepWall(int64_t seconds) { wall_offset_ns += Bounded(seconds) * kSecondNs; }
  void SleepFor(int64_t seconds) { slept_ns += Bounded(seconds) * kSecondNs; }
  void Boot() {
    wall_offset_ns += slept_ns;
    slept_ns = 0;
    booted_ns = mono_ns;
  }

 private:
  static constexpr int64_t kSecondNs = 1'000'000'000;
  static constexpr int64_t kEarliest = 0, kLatest = 8'000'000'000;  // 1970 and 2223

  int64_t Bounded(int64_t seconds) const {
    const int64_t now = wall_ns() / kSecondNs;
    return std::clamp(now + seconds, kEarliest, std::max(kLatest, now)) - now;
  }
};

}  // namespace sim
