// Being kept from a daemon. What counts is the operation itself: whether a connection is denied. That the
// permissions of the socket do not allow it either tells somebody else's daemon from a sandbox.
#pragma once

#include <string>

#include "engine/daemon/place.h"

namespace bd {

// For standard error, when connecting was denied.
std::string NoteOfDenial(const DaemonPlace& place);
// Whether a daemon could not be reached from here, even if there is one. Who asks nothing of it finds out
// like this; nothing is sent.
bool IsOutOfReach(const DaemonPlace& place);
// Whether it is worth asking: on an ordinary system no daemon is to be woken for nothing.
bool LooksLikeSandbox();

}  // namespace bd
