#include "engine/base/time.h"

#include <array>

namespace bd {

namespace {

constexpr int64_t kSecondsPerDay = 86400;

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a % b < 0) != (b < 0)); }

// Days since 1970-01-01 of a day in the proleptic Gregorian calendar. Years begin in March here, so
// that the leap day is the last day of a year.
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  year += FloorDivide(month - 1, 12);
  month = month - 1 - FloorDivide(month - 1, 12) * 12 + 1;
  if (month <= 2) --year;
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

int DaysInMonth(int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[month - 1] + (month == 2 && leap);
}

// Reads fixed-width digits and separators from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool Digits(int count, int& value) {
    if (text_.size() < static_cast<size_t>(count)) return false;
    value = 0;
    for (int i = 0; i < count; ++i) {
      const char c = text_[static_cast<size_t>(i)];
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(static_cast<size_t>(count));
    return true;
  }
  bool Take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool Fraction(int32_t& nanos) {
    if (!Take('.')) return true;
    int digits = 0;
    int64_t value = 0;
    while (!text_.empty() && text_[0] >= '0' && text_[0] <= '9') {
      if (digits < 9) {
        value = value * 10 + (text_[0] - '0');
        ++digits;
      }
      text_.remove_prefix(1);
    }
    if (digits == 0) return false;
    for (; digits < 9; ++digits) value *= 10;
    nanos = static_cast<int32_t>(value);
    return true;
  }
  // "Z" or "+hh:mm".
  bool Offset(int32_t& seconds) {
    if (Take('Z')) {
      seconds = 0;
      return true;
    }
    const bool west = text_.starts_with('-');
    if (!Take('+') && !Take('-')) return false;
    int hour = 0, minute = 0;
    if (!Digits(2, hour) || !Take(':') || !Digits(2, minute) || hour > 24 || minute > 59) return false;
    seconds = (hour * 60 + minute) * 60 * (west ? -1 : 1);
    return true;
  }
  bool AtEnd() const { return text_.empty(); }

 private:
  std::string_view text_;
};

bool ScanCivil(Scanner& scan, char separator, Civil& civil) {
  int year = 0;
  if (!scan.Digits(4, year) || !scan.Take('-') || !scan.Digits(2, civil.month) || !scan.Take('-') ||
      !scan.Digits(2, civil.day) || !scan.Take(separator) || !scan.Digits(2, civil.hour) || !scan.Take(':') ||
      !scan.Digits(2, civil.minute) || !scan.Take(':') || !scan.Digits(2, civil.second)) {
    return false;
  }
  civil.year = year;
  return civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         civil.day <= DaysInMonth(civil.year, civil.month) && civil.hour < 24 && civil.minute < 60 &&
         civil.second < 60;
}

void AppendTwo(std::string& out, int value) {
  const char digits[2] = {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
  out.append(digits, 2);
}

void AppendPadded(std::string& out, int64_t value, int width) {
  char digits[20];
  int count = 0;
  do digits[count++] = static_cast<char>('0' + value % 10);
  while ((value /= 10) > 0);
  for (int i = count; i < width; ++i) out.push_back('0');
  while (count > 0) out.push_back(digits[--count]);
}

void AppendCivil(std::string& out, const Time& time, char separator, bool seconds) {
  const Civil civil = CivilFromSeconds(time.seconds + time.offset_seconds);
  AppendPadded(out, civil.year, 4);
  out.push_back('-');
  AppendTwo(out, civil.month);
  out.push_back('-');
  AppendTwo(out, civil.day);
  if (separator == 0) return;
  out.push_back(separator);
  AppendTwo(out, civil.hour);
  out.push_back(':');
  AppendTwo(out, civil.minute);
  if (!seconds) return;
  out.push_back(':');
  AppendTwo(out, civil.second);
}

}  // namespace

Time Time::Plus(int64_t add_nanos) const {
  const int64_t total = nanos + add_nanos % kNanosPerSecond;
  Time sum = *this;
  sum.seconds += add_nanos / kNanosPerSecond + FloorDivide(total, kNanosPerSecond);
  sum.nanos = static_cast<int32_t>(total - FloorDivide(total, kNanosPerSecond) * kNanosPerSecond);
  return sum;
}

int64_t Time::UnixNanos() const {
  constexpr int64_t kSecondsMax = INT64_MAX / kNanosPerSecond - 1;
  if (seconds > kSecondsMax) return INT64_MAX;
  if (seconds < -kSecondsMax) return INT64_MIN;
  return seconds * kNanosPerSecond + nanos;
}

int64_t SecondsFromCivil(const Civil& civil) {
  return DaysFromCivil(civil.year, civil.month, civil.day) * kSecondsPerDay + civil.hour * 3600 +
         civil.minute * 60 + civil.second;
}

Civil CivilFromSeconds(int64_t seconds) {
  const int64_t day = FloorDivide(seconds, kSecondsPerDay);
  const int second_of_day = static_cast<int>(seconds - day * kSecondsPerDay);
  const int64_t shifted = day + 719468;
  const int64_t era = FloorDivide(shifted, 146097);
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t march_month = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = static_cast<int>(day_of_year - (153 * march_month + 2) / 5 + 1);
  civil.month = static_cast<int>(march_month < 10 ? march_month + 3 : march_month - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2);
  civil.hour = second_of_day / 3600;
  civil.minute = second_of_day / 60 % 60;
  civil.second = second_of_day % 60;
  return civil;
}

int WeekdayFromSeconds(int64_t seconds) {
  const int64_t day = FloorDivide(seconds, kSecondsPerDay) + 4;  // 1970-01-01 was a Thursday
  return static_cast<int>(day - FloorDivide(day, 7) * 7);
}

std::optional<Time> ParseRfc3339(std::string_view text) {
  Scanner scan(text);
  Civil civil;
  Time time;
  if (!ScanCivil(scan, 'T', civil) || !scan.Fraction(time.nanos) || !scan.Offset(time.offset_seconds) ||
      !scan.AtEnd()) {
    return std::nullopt;
  }
  time.seconds = SecondsFromCivil(civil) - time.offset_seconds;
  return time;
}

std::optional<Time> ParseTime(std::string_view text) {
  if (std::optional<Time> time = ParseRfc3339(text)) return time;
  Scanner scan(text);
  Civil civil;
  Time time;
  if (!ScanCivil(scan, ' ', civil) || !scan.Fraction(time.nanos)) return std::nullopt;
  if (!scan.AtEnd() && (!scan.Offset(time.offset_seconds) || !scan.AtEnd())) return std::nullopt;
  time.seconds = SecondsFromCivil(civil) - time.offset_seconds;
  return time;
}

void AppendTime(std::string& out, const Time& time) {
  AppendCivil(out, time, 'T', true);
  if (time.nanos != 0) {
    char digits[9];
    int32_t rest = time.nanos;
    for (int i = 8; i >= 0; --i, rest /= 10) digits[i] = static_cast<char>('0' + rest % 10);
    size_t count = 9;
    while (digits[count - 1] == '0') --count;
    out.push_back('.');
    out.append(digits, count);
  }
  if (time.offset_seconds == 0) {
    out.push_back('Z');
    return;
  }
  const int32_t minutes = (time.offset_seconds < 0 ? -time.offset_seconds : time.offset_seconds) / 60;
  out.push_back(time.offset_seconds < 0 ? '-' : '+');
  AppendTwo(out, minutes / 60);
  out.push_back(':');
  AppendTwo(out, minutes % 60);
}

std::string FormatTime(const Time& time) {
  std::string out;
  out.reserve(sizeof "2006-01-02T15:04:05.000000000+00:00");
  AppendTime(out, time);
  return out;
}

std::string FormatDate(const Time& time) {
  std::string out;
  AppendCivil(out, time, 0, false);
  return out;
}

std::string FormatMinute(const Time& time) {
  std::string out;
  AppendCivil(out, time, ' ', false);
  return out;
}

std::string FormatSeconds(const Time& time) {
  std::string out;
  AppendCivil(out, time, ' ', true);
  return out;
}

}  // namespace bd
