// bd dep relate.
#include "bd/relate.h"

namespace bd {
extern const Command kCommand_dep_relate = RelateCommand("dep relate", true, "");
}  // namespace bd
