#include "faultinject/number.h"

#include <charconv>

namespace fault {

namespace {

std::string InBase(int64_t number, int base) {
  char text[72];
  const auto [end, _] = std::to_chars(text, text + sizeof text, number, base);
  return {text, end};
}

}  // namespace

std::string ReadNumber(std::string_view text, int64_t lowest, int64_t highest, int64_t& into, int base) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && !text.empty();
  if (!is_number || number < lowest || number > highest) {
    return "'" + std::string(text) + "' is not a number from " + InBase(lowest, base) + " to " +
           InBase(highest, base);
  }
  into = number;
  return "";
}

}  // namespace fault
