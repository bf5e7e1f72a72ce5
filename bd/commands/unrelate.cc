// bd unrelate: the old name.
#include "bd/relate.h"

namespace bd {
extern const Command kCommand_unrelate =
    RelateCommand("unrelate", false, "use 'bd dep unrelate' instead (will be removed in v1.0.0)");
}  // namespace bd
