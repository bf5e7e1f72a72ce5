// bd daemon: the group.
#include "bd/group.h"

namespace bd {
extern const Command kCommand_daemon =
    Group("daemon", "The process that makes concurrent use fast", "Sync & Data");
}  // namespace bd
