// The machine's own clock, for rates and limits of the tool itself.
#pragma once

#include <time.h>

namespace sim {

inline double Seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace sim
