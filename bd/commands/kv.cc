// bd kv: the group.
#include "bd/group.h"

namespace bd {
extern const Command kCommand_kv =
    Group("kv", "Small key-value store in the workspace", "Setup & Configuration");
}  // namespace bd
