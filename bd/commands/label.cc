// bd label: the group.
#include "bd/group.h"

namespace bd {
extern const Command kCommand_label = Group("label", "Manage labels of issues", "Working With Issues");
}  // namespace bd
