// bd epic: the group.
#include "bd/group.h"

namespace bd {
extern const Command kCommand_epic = Group("epic", "Progress and closing of epics", "Working With Issues");
}  // namespace bd
