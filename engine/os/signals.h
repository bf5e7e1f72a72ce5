// Signals as something to be read: a process that serves others is interrupted nowhere.
#pragma once

#include "engine/base/result.h"
#include "engine/os/files.h"

namespace bd::os {

enum class Signal { kNone, kStop, kHangUp };

// SIGTERM, SIGINT and SIGHUP reach this process only through the descriptor that is returned, from now on;
// SIGPIPE not at all. What it starts later gets them as usual (Spawn).
Result<Fd> ReceiveSignals();
// The next one that came; kNone: none.
Signal NextSignal(const Fd& signals);

}  // namespace bd::os
