// BD_FORCE_REBIND: an administrator takes the workspace from a daemon that serves it.
#pragma once

#include <string>

#include "bd/daemon/control.h"
#include "engine/base/result.h"

namespace bd {

// 1, true, yes, on; 0, false, no, off, empty; kInvalid: anything else.
Result<bool> ParseForceRebind(const std::string& value);

// Who forces, for the record.
std::string Administrator();

// Asks the daemon to end (2 s), then sends SIGTERM (2 s), then SIGKILL; signals only to the process that is
// proven to be the one on record. When it is gone, its start does not hold up the next one. kDenied: it is
// not proven which process it is; nothing was done but the asking. kNotFound: there is none.
Status ForceOut(const DaemonPlace& place);

}  // namespace bd
