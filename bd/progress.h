// Progress of long work, for people: only if standard error is a terminal, and only after a second.
#pragma once

#include "engine/sync/shared_file.h"

namespace bd {

// Empty if nobody watches.
Progress MakeProgress();

}  // namespace bd
