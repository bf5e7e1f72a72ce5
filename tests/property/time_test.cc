// Times as text, calendar arithmetic, and the expressions that people write; compared with the calendar
// of the standard library, in every year that the format can show.
#include "engine/base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <chrono>

#include "bd/time_expression.h"
#include "engine/base/text.h"
#include "tests/property/generators.h"

namespace bd {
namespace {

namespace chrono = std::chrono;

constexpr int64_t kDay = 86400;

// A local time zone for the duration of a test: a summer time that begins at 2 o'clock on the last
// Sunday of March.
class LocalZone {
 public:
  explicit LocalZone(const char* rule) {
    setenv("TZ", rule, 1);
    tzset();
  }
  ~LocalZone() {
    unsetenv("TZ");
    tzset();
  }
};
constexpr const char* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";

int64_t DaysOf(int64_t year, unsigned month, unsigned day) {
  const chrono::year_month_day date{chrono::year(static_cast<int>(year)), chrono::month(month),
                                    chrono::day(day)};
  return chrono::sys_days(date).time_since_epoch().count();
}

std::string Padded(int64_t value, size_t width) {
  std::string digits = std::to_string(value);
  return std::string(digits.size() < width ? width - digits.size() : 0, '0') + digits;
}

RC_GTEST_PROP(TimeLaws, WhatIsWrittenIsReadAsTheSameMomentAndOffset, ()) {
  const Time time = *arbitrary::AnyTime();
  const auto read = ParseTime(FormatTime(time));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == time);
  RC_ASSERT(read->offset_seconds == time.offset_seconds);
}

RC_GTEST_PROP(TimeLaws, ATextInTheFormOfTheFileIsWrittenAsItWasRead, ()) {
  const int64_t year = *rc::gen::resize(100, rc::gen::inRange<int64_t>(1, 10000));
  const auto month = *rc::gen::resize(100, rc::gen::inRange(1u, 13u));
  const auto day = *rc::gen::resize(100, rc::gen::inRange(1u, 29u));
  const std::string fraction =
      *rc::gen::element<std::string>("", ".1", ".000000001", ".123456789", ".50000002");
  const std::string offset = *rc::gen::element<std::string>("Z", "+05:30", "-12:00", "+14:00", "-00:30");
  const std::string text =
      Cat(Padded(year, 4), "-", Padded(month, 2), "-", Padded(day, 2), "T23:59:07", fraction, offset);
  const auto time = ParseRfc3339(text);
  RC_ASSERT(time.has_value());
  RC_ASSERT(FormatTime(*time) == text);
  RC_ASSERT(time->seconds + time->offset_seconds == DaysOf(year, month, day) * kDay + kDay - 60 + 7);
}

RC_GTEST_PROP(TimeLaws, DaysAreThoseOfTheCalendar, ()) {
  const int64_t days = *rc::gen::resize(100, rc::gen::inRange<int64_t>(-800'000, 3'000'000));
  const int64_t second = *rc::gen::resize(100, rc::gen::inRange<int64_t>(0, kDay));
  const chrono::sys_days moment{chrono::days(days)};
  const chrono::year_month_day date(moment);
  const Civil civil = CivilFromSeconds(days * kDay + second);
  RC_ASSERT(civil.year == static_cast<int>(date.year()));
  RC_ASSERT(civil.month == static_cast<int>(static_cast<unsigned>(date.month())));
  RC_ASSERT(civil.day == static_cast<int>(static_cast<unsigned>(date.day())));
  RC_ASSERT(civil.hour * 3600 + civil.minute * 60 + civil.second == second);
  RC_ASSERT(SecondsFromCivil(civil) == days * kDay + second);
  RC_ASSERT(WeekdayFromSeconds(days * kDay + second) ==
            static_cast<int>(chrono::weekday(moment).c_encoding()));
}

RC_GTEST_PROP(TimeLaws, OnlyDaysThatExistAreRead, ()) {
  const int year = *rc::gen::resize(100, rc::gen::inRange(1, 10000));
  const int month = *rc::gen::resize(100, rc::gen::inRange(0, 14));
  const int day = *rc::gen::resize(100, rc::gen::inRange(0, 33));
  const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day))};
  const std::string text = Cat(Padded(year, 4), "-", Padded(month, 2), "-", Padded(day, 2), "T00:00:00Z");
  RC_ASSERT(ParseRfc3339(text).has_value() == date.ok());
}

RC_GTEST_PROP(TimeLaws, AddingAndTakingAwayComesBack, ()) {
  const Time time = *arbitrary::AnyTime();
  const int64_t nanos = *rc::gen::arbitrary<int64_t>() / 4;
  const Time there = time.Plus(nanos);
  RC_ASSERT(there.nanos >= 0);
  RC_ASSERT(there.nanos < kNanosPerSecond);
  RC_ASSERT((nanos > 0) == (there > time));
  RC_ASSERT(there.Plus(-nanos) == time);
}

RC_GTEST_PROP(TimeLaws, NoTextMakesTheReaderStumble, ()) {
  std::string text = FormatTime(*arbitrary::AnyTime());
  text[*rc::gen::inRange<size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
  if (const auto time = ParseTime(text)) {
    const auto again = ParseTime(FormatTime(*time));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *time);
  }
}

// --- Expressions

// Months and years as Go's AddDate: a day that the month lacks runs over into the next.
int64_t ShiftedDays(int64_t days, int64_t amount, char unit) {
  const chrono::year_month_day date{chrono::sys_days{chrono::days(days)}};
  if (unit == 'd') return days + amount;
  if (unit == 'w') return days + 7 * amount;
  const auto month = date.year() / date.month() / 1 + chrono::months(unit == 'm' ? amount : 12 * amount);
  return chrono::sys_days(month).time_since_epoch().count() + static_cast<unsigned>(date.day()) - 1;
}

Time NowIn(int64_t first_year, int64_t last_year) {
  const int64_t days =
      *rc::gen::resize(100, rc::gen::inRange<int64_t>(DaysOf(first_year, 1, 1), DaysOf(last_year, 12, 31)));
  return {days * kDay + 12 * 3600 + 34 * 60, 500, 0};
}

RC_GTEST_PROP(TimeLaws, ARelativeTimeIsThatFarFromNow, ()) {
  const LocalZone zone("UTC0");
  const Time now = NowIn(1900, 2200);
  const int64_t days = now.seconds >= 0 ? now.seconds / kDay : (now.seconds - kDay + 1) / kDay;
  const int64_t amount = *rc::gen::resize(100, rc::gen::inRange<int64_t>(-300, 300));
  const char unit = *rc::gen::element('d', 'w', 'm', 'y');
  const int64_t expected = now.seconds + (ShiftedDays(days, amount, unit) - days) * kDay;
  const std::string sign = amount > 0 && arbitrary::Chance(50) ? "+" : "";
  const auto compact = ParseTimeExpression(Cat(sign, amount, unit), now);
  RC_ASSERT(compact.has_value());
  RC_ASSERT(compact->seconds == expected);
  RC_ASSERT(compact->nanos == now.nanos);
  const std::string word = unit == 'd' ? "days" : unit == 'w' ? "weeks" : unit == 'm' ? "months" : "years";
  const std::string phrase = amount < 0 ? Cat(-amount, " ", word, " ago") : Cat("in ", amount, " ", word);
  RC_ASSERT(ParseTimeExpression(phrase, now) == compact);
  RC_ASSERT(ParseTimeExpression(Cat(amount, "h"), now) ==
            std::optional(now.Plus(amount * 3600 * kNanosPerSecond)));
}

RC_GTEST_PROP(TimeLaws, ADayKeepsTheLocalTimeOfDayAcrossSummerTime, ()) {
  const LocalZone zone(kBerlin);
  Time now = NowIn(1950, 2200);
  now.offset_seconds = 3600;
  const int64_t amount = *rc::gen::resize(100, rc::gen::inRange<int64_t>(1, 400));
  // Now as a local moment of that zone.
  const Time here = *ParseTimeExpression(FormatDate(now) + " 08:15:00", now);
  const auto there = ParseTimeExpression(Cat(amount, "d"), here);
  RC_ASSERT(there.has_value());
  RC_ASSERT(FormatSeconds(*there).substr(11) == "08:15:00");
  RC_ASSERT(FormatDate(*there) == FormatDate({here.seconds + here.offset_seconds + amount * kDay, 0, 0}));
  RC_ASSERT(there->offset_seconds == 3600 || there->offset_seconds == 7200);
}

RC_GTEST_PROP(TimeLaws, AWeekdayIsTheNextOneAndNeverToday, ()) {
  const LocalZone zone("UTC0");
  const Time now = NowIn(1900, 2200);
  const int weekday = *rc::gen::inRange(0, 7);
  constexpr const char* kNames[] = {"sunday",   "monday", "tuesday", "wednesday",
                                    "thursday", "friday", "saturday"};
  const std::string before = *rc::gen::element<std::string>("", "next ", "this ", "on ", "last ");
  const auto found = ParseTimeExpression(before + kNames[weekday], now);
  RC_ASSERT(found.has_value());
  const int64_t distance = found->seconds - now.seconds;
  RC_ASSERT(WeekdayFromSeconds(found->seconds) == weekday);
  RC_ASSERT(distance % kDay == 0);
  const int64_t days = before == "last " ? -distance / kDay : distance / kDay;
  RC_ASSERT(days >= 1);
  RC_ASSERT(days <= 7);
}

RC_GTEST_PROP(TimeLaws, ADateIsLocalMidnightAndAClockTimeIsTakenAsItIs, ()) {
  const LocalZone zone("EST5");
  const Time day = NowIn(1, 9999);
  const std::string date = FormatDate(day);
  const auto midnight = ParseTimeExpression(date, day);
  RC_ASSERT(midnight.has_value());
  RC_ASSERT(FormatTime(*midnight) == date + "T00:00:00-05:00");
  for (const char* separator : {"T", " "}) {
    RC_ASSERT(FormatTime(*ParseTimeExpression(Cat(date, separator, "03:04:05"), *midnight)) ==
              date + "T03:04:05-05:00");
  }
  const auto evening = ParseTimeExpression("tomorrow at 5:30pm", *ParseTimeExpression("2031-12-31", day));
  RC_ASSERT(FormatTime(evening.value()) == "2032-01-01T17:30:00-05:00");
}

RC_GTEST_PROP(TimeLaws, NoExpressionLeadsOutOfTheYearsOfTheFormat, ()) {
  std::string text;
  for (int i = *rc::gen::inRange(0, 5); i >= 0; --i) {
    text += *rc::gen::element<std::string>("in", "next", "last", "ago", "at", "9am", "noon", "monday", "3",
                                           "999999", "-1000000y", "days", "years", "+99999m", "tomorrow",
                                           "12", ":", "\xff", "0d");
    if (arbitrary::Chance(80)) text += " ";
  }
  if (const auto time = ParseTimeExpression(text, NowIn(1950, 2200))) {
    const std::string shown = FormatTime(*time);
    RC_ASSERT(ParseRfc3339(shown).has_value());
    RC_ASSERT(*ParseRfc3339(shown) == *time);
  }
}

}  // namespace
}  // namespace bd
