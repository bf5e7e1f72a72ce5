// Numbers in the text of a plan: each has a least and a most, so that a slip is refused where it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fault {

// As nanoseconds more would not fit into 63 bits; and it would be a slip.
constexpr int64_t kMsMax = 10'000'000'000;        // of a time to wait: 115 days
constexpr int64_t kClockStepMax = 2'000'000'000;  // seconds: back to 1970, or as far ahead
constexpr int64_t kCountMax = 1'000'000'000'000;  // calls, bytes

// "", or why it is none; then `into` is as it was.
std::string ReadNumber(std::string_view text, int64_t lowest, int64_t highest, int64_t& into, int base = 10);

}  // namespace fault
