// engine/os/clock.h: clocks that agree with each other, and local time.
#include "engine/os/clock.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

namespace bd::os {
namespace {

// The zone of the process, for as long as the object lives.
class Zone {
 public:
  explicit Zone(const char* name) : before_(getenv("TZ") ? getenv("TZ") : "") {
    setenv("TZ", name, 1);
    tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;
  ~Zone() {
    before_.empty() ? unsetenv("TZ") : setenv("TZ", before_.c_str(), 1);
    tzset();
  }

 private:
  std::string before_;
};

constexpr const char* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";

TEST(Clock, TheMonotonicOneNeverGoesBack) {
  int64_t last = MonotonicNanos();
  for (int i = 0; i < 1000; ++i) {
    const int64_t now = MonotonicNanos();
    ASSERT_GE(now, last);
    last = now;
  }
  const int64_t begin = MonotonicMs();
  SleepMs(15);
  EXPECT_GE(MonotonicMs() - begin, 14);
}

TEST(Clock, NowIsTheWallClockWithTheLocalOffset) {
  const Zone zone("ZON-05:30");
  const int64_t before = WallNanos();
  const Time now = Now();
  EXPECT_GE(now.UnixNanos(), before);
  EXPECT_LE(now.UnixNanos(), WallNanos());
  EXPECT_TRUE(FormatTime(now).ends_with("+05:30")) << FormatTime(now);
}

TEST(Clock, TheOffsetIsThatOfTheMoment) {
  const Zone zone(kBerlin);
  EXPECT_EQ(LocalOffset(ParseTime("2024-01-15T12:00:00Z")->UnixNanos() / kNanosPerSecond), 3600);
  EXPECT_EQ(LocalOffset(ParseTime("2024-07-15T12:00:00Z")->UnixNanos() / kNanosPerSecond), 7200);
}

TEST(Clock, SecondsOfAnOffsetHaveNoPlaceInTheFormat) {
  const Zone zone("ZON-00:53:28");
  EXPECT_EQ(LocalOffset(0), 53 * 60);
}

TEST(Clock, LocalTimesThatComeTwiceAreTheFirst) {
  const Zone zone(kBerlin);
  EXPECT_EQ(FormatTime(FromLocal({2024, 10, 27, 2, 30, 0})), "2024-10-27T02:30:00+02:00");
  EXPECT_EQ(FormatTime(FromLocal({2024, 1, 15, 9, 0, 0})), "2024-01-15T09:00:00+01:00");
  EXPECT_EQ(FormatTime(FromLocal({2024, 7, 15, 9, 0, 0})), "2024-07-15T09:00:00+02:00");
}

}  // namespace
}  // namespace bd::os
