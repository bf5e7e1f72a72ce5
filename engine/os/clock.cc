#include "engine/os/clock.h"

#include <time.h>

namespace bd::os {

namespace {
int64_t Nanos(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * kNanosPerSecond + now.tv_nsec;
}
}  // namespace

int64_t WallNanos() { return Nanos(CLOCK_REALTIME); }
int64_t MonotonicNanos() { return Nanos(CLOCK_MONOTONIC); }
int64_t MonotonicMs() { return MonotonicNanos() / 1'000'000; }

Time Now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return {now.tv_sec, static_cast<int32_t>(now.tv_nsec), LocalOffset(now.tv_sec)};
}

void SleepMs(int64_t ms) {
  timespec wait{ms / 1000, static_cast<long>(ms % 1000) * 1'000'000};
  nanosleep(&wait, nullptr);
}

int32_t LocalOffset(int64_t seconds) {
  const time_t moment = seconds;
  tm local{};
  if (localtime_r(&moment, &local) == nullptr) return 0;
  // The file format has no seconds in offsets.
  return static_cast<int32_t>(local.tm_gmtoff / 60 * 60);
}

Time FromLocal(const Civil& civil) {
  constexpr int64_t kDay = 24 * 3600;
  const int64_t naive = SecondsFromCivil(civil);
  // Where the clock is put back, the offset from before it comes first.
  const int32_t before = LocalOffset(naive - kDay), after = LocalOffset(naive + kDay);
  const int32_t offset = LocalOffset(naive - before) == before ? before : after;
  return {naive - offset, 0, offset};
}

}  // namespace bd::os
