#include "engine/base/json_again.h"

#include <charconv>

namespace bd {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The end of the digits that begin at `at`.
size_t DigitsEnd(std::string_view text, size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

// The end of the number that begins at `at`; `at` itself if there is none.
size_t NumberEnd(std::string_view text, size_t at) {
  auto is = [text](size_t place, char c) { return place < text.size() && text[place] == c; };
  const size_t whole = is(at, '-') ? at + 1 : at;
  size_t end = is(whole, '0') ? whole + 1 : DigitsEnd(text, whole);
  if (end == whole) return at;
  if (is(end, '.')) {
    const size_t fraction = DigitsEnd(text, end + 1);
    if (fraction == end + 1) return at;
    end = fraction;
  }
  if (is(end, 'e') || is(end, 'E')) {
    const size_t digits = is(end + 1, '+') || is(end + 1, '-') ? end + 2 : end + 1;
    const size_t exponent = DigitsEnd(text, digits);
    if (exponent == digits) return at;
    end = exponent;
  }
  return end;
}

size_t StringEnd(std::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

// The code unit of the escape \uXXXX at `at`; negative if there is none.
int EscapedUnit(std::string_view text, size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  const auto [end, error] = std::from_chars(text.data() + at + 2, text.data() + at + 6, unit, 16);
  return error == std::errc() && end == text.data() + at + 6 ? unit : -1;
}

}  // namespace

void MendSurrogates(std::string& text) {
  for (size_t at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
    const int unit = EscapedUnit(text, at);
    const bool is_first = unit >= 0xd800 && unit < 0xdc00, is_second = unit >= 0xdc00 && unit < 0xe000;
    const int next = is_first ? EscapedUnit(text, at + 6) : -1;
    if (next >= 0xdc00 && next < 0xe000) {
      at += 12;
      continue;
    }
    if (is_first || is_second) text.replace(at + 2, 4, "fffd");
    at += unit >= 0 ? 6 : 2;
  }
}

NumberSource TakeOutNumbers(std::string& text) {
  std::vector<std::string> numbers;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = StringEnd(text, at);
      continue;
    }
    const size_t end = NumberEnd(text, at);
    if (end == at) {
      ++at;
      continue;
    }
    numbers.push_back(text.substr(at, end - at));
    text.replace(at, end - at, "0" + std::string(end - at - 1, ' '));
    at = end;
  }
  return NumberSource(std::move(numbers));
}

}  // namespace bd
