// bd relate: the old name.
#include "bd/relate.h"

namespace bd {
extern const Command kCommand_relate =
    RelateCommand("relate", true, "use 'bd dep relate' instead (will be removed in v1.0.0)");
}  // namespace bd
