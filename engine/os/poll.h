// Waiting for one of several descriptors.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/files.h"

namespace bd::os {

struct Watched {
  int number = -1;  // a descriptor; negative ones are passed over
  bool wants_read = false, wants_write = false;
  // What Poll found. A descriptor with an error or without another end is ready for whatever was wanted.
  bool can_read = false, can_write = false;
};
inline Watched WatchRead(const Fd& file) { return {file.get(), true, false, false, false}; }

// Returns when one of them is ready, a signal came, or the time is over; negative: no limit.
Status Poll(std::vector<Watched>& watched, int64_t timeout_ms);

}  // namespace bd::os
