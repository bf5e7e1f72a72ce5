// bd sync mode: the group.
#include "bd/group.h"

namespace bd {
extern const Command kCommand_sync_mode = Group("sync mode", "How and when the JSONL file is exchanged", "");
}  // namespace bd
