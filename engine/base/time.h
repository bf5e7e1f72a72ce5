// Moments with the offset they were written with, and calendar arithmetic. No clock is read here.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bd {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

// A moment and the offset from UTC at which it is shown. Comparison is by the moment alone.
// The default is the zero time of the file format: 0001-01-01T00:00:00Z.
struct Time {
  int64_t seconds = -62135596800;  // since 1970-01-01T00:00:00Z
  int32_t nanos = 0;               // 0 .. 999,999,999
  int32_t offset_seconds = 0;

  bool IsZero() const { return seconds == -62135596800 && nanos == 0; }
  Time Plus(int64_t add_nanos) const;
  // Nanoseconds since 1970; saturates outside of the years 1678 to 2262.
  int64_t UnixNanos() const;

  friend std::strong_ordering operator<=>(const Time& a, const Time& b) {
    if (auto order = a.seconds <=> b.seconds; order != 0) return order;
    return a.nanos <=> b.nanos;
  }
  friend bool operator==(const Time& a, const Time& b) { return (a <=> b) == 0; }
};

// A calendar day and time of day without a zone.
struct Civil {
  int64_t year = 1;
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;
};

// Day and month may be out of range: the 32nd of January is the 1st of February.
int64_t SecondsFromCivil(const Civil& civil);
Civil CivilFromSeconds(int64_t seconds);
int WeekdayFromSeconds(int64_t seconds);  // 0 = Sunday

// RFC 3339 with any number of fraction digits (those past the ninth are cut), or SQLite's
// "YYYY-MM-DD HH:MM:SS[.fff]" in UTC. Days and hours must exist.
std::optional<Time> ParseTime(std::string_view text);
// RFC 3339 only.
std::optional<Time> ParseRfc3339(std::string_view text);

// RFC 3339, fraction without trailing zeros, "Z" for offset zero.
std::string FormatTime(const Time& time);
void AppendTime(std::string& out, const Time& time);
std::string FormatDate(const Time& time);     // 2006-01-02
std::string FormatMinute(const Time& time);   // 2006-01-02 15:04
std::string FormatSeconds(const Time& time);  // 2006-01-02 15:04:05

}  // namespace bd
