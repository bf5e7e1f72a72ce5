// bd completion: the group.
#include "bd/group.h"

namespace bd {
extern const Command kCommand_completion = Group(
    "completion", "Scripts that complete commands, flags and ids in your shell", "Setup & Configuration");
}  // namespace bd
