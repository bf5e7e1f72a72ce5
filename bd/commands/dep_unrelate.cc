// bd dep unrelate.
#include "bd/relate.h"

namespace bd {
extern const Command kCommand_dep_unrelate = RelateCommand("dep unrelate", false, "");
}  // namespace bd
