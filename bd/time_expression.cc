#include "bd/time_expression.h"

#include <vector>

#include "engine/base/text.h"
#include "engine/os/clock.h"

namespace bd {

namespace {

constexpr int64_t kAmountMax = 1'000'000;

Civil LocalCivil(const Time& time) { return CivilFromSeconds(time.seconds + time.offset_seconds); }

// The local calendar time, with the fraction of a second of `like`.
Time Local(const Civil& civil, const Time& like) {
  Time time = os::FromLocal(civil);
  time.nanos = like.nanos;
  return time;
}

enum class Unit { kSecond, kMinute, kHour, kDay, kWeek, kMonth, kYear };

std::optional<Time> Shift(const Time& from, int64_t amount, Unit unit) {
  if (amount > kAmountMax || amount < -kAmountMax) return std::nullopt;
  if (unit == Unit::kSecond) return from.Plus(amount * kNanosPerSecond);
  if (unit == Unit::kMinute) return from.Plus(amount * 60 * kNanosPerSecond);
  if (unit == Unit::kHour) return from.Plus(amount * 3600 * kNanosPerSecond);
  Civil civil = LocalCivil(from);
  switch (unit) {
    case Unit::kWeek: civil.day += static_cast<int>(amount * 7); break;
    case Unit::kMonth: civil.month += static_cast<int>(amount); break;
    case Unit::kYear: civil.year += amount; break;
    default: civil.day += static_cast<int>(amount); break;
  }
  const Time shifted = Local(civil, from);
  if (LocalCivil(shifted).year < 1 || LocalCivil(shifted).year > 9999) return std::nullopt;
  return shifted;
}

// [+-]?N[hdwmy]
std::optional<Time> ParseCompact(std::string_view text, const Time& now) {
  if (text.size() < 2) return std::nullopt;
  Unit unit = Unit::kDay;
  switch (text.back()) {
    case 'h': unit = Unit::kHour; break;
    case 'd': unit = Unit::kDay; break;
    case 'w': unit = Unit::kWeek; break;
    case 'm': unit = Unit::kMonth; break;
    case 'y': unit = Unit::kYear; break;
    default: return std::nullopt;
  }
  std::optional<int64_t> amount = ParseInt(text.substr(0, text.size() - 1));
  if (!amount) return std::nullopt;
  return Shift(now, *amount, unit);
}

// Forms with digits only: date, or date and time without a zone.
std::optional<Time> ParseLocal(std::string_view text) {
  if (text.size() == 10) {
    std::optional<Time> time = ParseRfc3339(Cat(text, "T00:00:00Z"));
    if (time) return os::FromLocal(CivilFromSeconds(time->seconds));
  }
  if (text.size() == 19 && (text[10] == 'T' || text[10] == ' ')) {
    std::optional<Time> time = ParseRfc3339(Cat(text.substr(0, 10), "T", text.substr(11), "Z"));
    if (time) return os::FromLocal(CivilFromSeconds(time->seconds));
  }
  return std::nullopt;
}

std::optional<int> Weekday(std::string_view word) {
  constexpr std::string_view kDays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday"};
  for (int i = 0; i < 7; ++i) {
    const std::string_view day = kDays[i];
    if (word == day || word == day.substr(0, 3)) return i;
  }
  if (word == "tues") return 2;
  if (word == "thur" || word == "thurs") return 4;
  return std::nullopt;
}

std::optional<Unit> UnitOf(std::string_view word) {
  if (word.ends_with('s')) word.remove_suffix(1);
  if (word == "second" || word == "sec") return Unit::kSecond;
  if (word == "minute" || word == "min") return Unit::kMinute;
  if (word == "hour" || word == "hr") return Unit::kHour;
  if (word == "day") return Unit::kDay;
  if (word == "week") return Unit::kWeek;
  if (word == "month") return Unit::kMonth;
  if (word == "year") return Unit::kYear;
  return std::nullopt;
}

std::optional<int64_t> Amount(std::string_view word) {
  constexpr std::string_view kNumbers[] = {"zero",  "one",   "two",  "three", "four",   "five",  "six",
                                           "seven", "eight", "nine", "ten",   "eleven", "twelve"};
  for (int i = 0; i < 13; ++i) {
    if (word == kNumbers[i]) return i;
  }
  if (word == "a" || word == "an") return 1;
  std::optional<int64_t> number = ParseInt(word);
  return number && *number >= 0 ? number : std::nullopt;
}

// A phrase, word by word.
class Phrase {
 public:
  Phrase(std::string_view text, const Time& now) : now_(now) {
    for (std::string& word : Split(Lower(Trim(text)), ' ')) {
      if (!word.empty()) words_.push_back(std::move(word));
    }
  }

  std::optional<Time> Parse() {
    if (words_.empty()) return std::nullopt;
    std::optional<Time> day = ParseDay();
    const bool only_clock = !day && at_ == 0;
    if (!day && !only_clock) return std::nullopt;
    Time base = day.value_or(now_);
    if (at_ == words_.size()) return day;
    std::optional<Time> exact = ParseClock(base);
    return exact && at_ == words_.size() ? exact : std::nullopt;
  }

 private:
  bool Take(std::string_view word) {
    if (at_ >= words_.size() || words_[at_] != word) return false;
    ++at_;
    return true;
  }
  std::string_view Peek(size_t ahead = 0) const {
    return at_ + ahead < words_.size() ? words_[at_ + ahead] : std::string_view();
  }

  std::optional<Time> ParseDay() {
    if (Take("now") || Take("today")) return now_;
    if (Take("tonight")) return AtClock(now_, 23, 0);
    if (Take("tomorrow")) return Shift(now_, 1, Unit::kDay);
    if (Take("yesterday")) return Shift(now_, -1, Unit::kDay);
    if (std::optional<Time> relative = ParseRelative()) return relative;
    return ParseNamedDay();
  }

  // "in 3 days", "3 days ago", "3 days from now"
  std::optional<Time> ParseRelative() {
    const size_t start = at_;
    const bool in = Take("in");
    std::optional<int64_t> amount = Amount(Peek());
    std::optional<Unit> unit = UnitOf(Peek(1));
    if (amount && unit) {
      at_ += 2;
      if (in) return Shift(now_, *amount, *unit);
      if (Take("ago")) return Shift(now_, -*amount, *unit);
      if (Peek() == "from" && Peek(1) == "now") {
        at_ += 2;
        return Shift(now_, *amount, *unit);
      }
    }
    at_ = start;
    return std::nullopt;
  }

  std::optional<Time> ParseNamedDay() {
    const bool next = Take("next"), last = !next && Take("last");
    const bool plain = !next && !last;
    if (plain) (void)(Take("this") || Take("on"));
    if (!plain) {
      if (std::optional<Unit> unit = UnitOf(Peek()); unit && *unit >= Unit::kDay) {
        ++at_;
        return Shift(now_, next ? 1 : -1, *unit);
      }
    }
    std::optional<int> weekday = Weekday(Peek());
    if (!weekday) return std::nullopt;
    ++at_;
    const int today = WeekdayFromSeconds(now_.seconds + now_.offset_seconds);
    int ahead = (*weekday - today + 7) % 7;
    if (last) {
      ahead = ahead == 0 ? -7 : ahead - 7;
    } else if (ahead == 0) {
      ahead = 7;
    }
    return Shift(now_, ahead, Unit::kDay);
  }

  Time AtClock(const Time& day, int hour, int minute) const {
    Civil civil = LocalCivil(day);
    civil.hour = hour;
    civil.minute = minute;
    civil.second = 0;
    return Local(civil, now_);
  }

  // "at 9am", "9:30 pm", "17:30", "at noon"
  std::optional<Time> ParseClock(const Time& day) {
    (void)Take("at");
    if (Take("noon")) return AtClock(day, 12, 0);
    if (Take("midnight")) return AtClock(day, 0, 0);
    std::string word(Peek());
    if (word.empty()) return std::nullopt;
    ++at_;
    int half = 0;  // 1: am, 2: pm
    auto take_half = [&](std::string_view suffix, int which) {
      if (!word.ends_with(suffix)) return;
      word.resize(word.size() - suffix.size());
      half = which;
    };
    take_half("am", 1);
    take_half("pm", 2);
    if (half == 0 && Take("am")) half = 1;
    if (half == 0 && Take("pm")) half = 2;
    const size_t colon = word.find(':');
    std::optional<int64_t> hour = ParseInt(word.substr(0, colon));
    std::optional<int64_t> minute = colon == std::string::npos ? 0 : ParseInt(word.substr(colon + 1));
    if (!hour || !minute || *hour < 0 || *minute < 0 || *minute > 59) return std::nullopt;
    if (half == 0 && colon == std::string::npos) return std::nullopt;
    if (half != 0 && (*hour < 1 || *hour > 12)) return std::nullopt;
    if (*hour > 23) return std::nullopt;
    int value = static_cast<int>(*hour);
    if (half == 1 && value == 12) value = 0;
    if (half == 2 && value < 12) value += 12;
    return AtClock(day, value, static_cast<int>(*minute));
  }

  Time now_;
  std::vector<std::string> words_;
  size_t at_ = 0;
};

}  // namespace

std::optional<Time> ParseTimeExpression(std::string_view text, const Time& now) {
  if (std::optional<Time> time = ParseCompact(text, now)) return time;
  if (std::optional<Time> time = ParseLocal(text)) return time;
  if (std::optional<Time> time = ParseRfc3339(text)) return time;
  return Phrase(text, now).Parse();
}

}  // namespace bd
