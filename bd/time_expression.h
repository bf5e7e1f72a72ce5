// Times as people write them.
//
//   +6h, -1d, 2w, 3m, 1y     relative to now; m is months; days and more by the calendar
//   2030-01-02               local midnight
//   2030-01-02T03:04:05Z     RFC 3339
//   2030-01-02T03:04:05, 2030-01-02 03:04:05    local
//   now, today, tomorrow, yesterday, monday ... sunday, next/last/this monday, next week/month/year,
//   in 3 days, 2 hours ago; each with "at 9am", "at 17:30", "at noon"
#pragma once

#include <optional>
#include <string_view>

#include "engine/base/time.h"

namespace bd {

std::optional<Time> ParseTimeExpression(std::string_view text, const Time& now);

}  // namespace bd
