// bd config: the group.
#include "bd/group.h"

namespace bd {
extern const Command kCommand_config =
    Group("config", "Settings, in the database, in .beads/config.yaml or in git", "Setup & Configuration");
}  // namespace bd
