// A parent that keeps a daemon running, for servers (`bd daemon start --supervised`). It opens nothing of the
// workspace but the log.
//
//   start --ready--> watch --ended in order, or we were told to end--> end
//     ^                | failed, or hung and killed
//     |                v
//     +---- wait: 1, 2, 4, 8, 16, 30 s, and not before the schedule on disk (start_state.h) lets it
//
// Invariants:
//  1. Only what it started itself is ever signalled.
//  2. Who finds that somebody else's daemon serves the database waits until that one has ended.
//  3. A first start that fails is reported, and not tried again.
#pragma once

#include "bd/daemon/run.h"

namespace bd {

// Returns when the daemon ended in order, or when this process was told to end and the daemon has.
Status RunSupervisor(const DaemonRun& run);

}  // namespace bd
