// DATABASE.silent: a daemon that did not answer is not asked again for a while, by no command. The note is
// about one socket: a new daemon has a new one.
#pragma once

#include "engine/base/time.h"
#include "engine/daemon/place.h"

namespace bd {

constexpr int64_t kSilenceMs = 30'000;

void NoteSilence(const DaemonPlace& place, const Time& now);
bool IsKnownSilent(const DaemonPlace& place, const Time& now);

}  // namespace bd
