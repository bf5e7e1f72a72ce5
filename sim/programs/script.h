// Executable files of the world: what people and bd hang on hooks.
#pragma once

#include "sim/world/world.h"

namespace sim {

// A file with #!/bin/sim in its first line; then, one a line: `sleep MS`, `exit STATUS`, `talk BYTES`, `bd
// WORDS` (without quotes; $1, $2: its arguments). The hooks that bd installs are known by their comment.
int RunScript(Task& task);

}  // namespace sim
