// Looks into a simulated store with a SQLite of the simulator's own, outside the world: what the program says
// of itself is no evidence.
#pragma once

#include <string>
#include <vector>

#include "sim/world/world.h"

namespace sim {

// The first column of every row of `sql`, asked of a copy of the database at `path` with its WAL. An error of
// SQLite is one row "error: ...".
std::vector<std::string> AskStore(const World& world, std::string_view path, const char* sql);

// As another program would change it while nobody has it open: runs `sql` on the database and leaves no WAL.
// False: SQLite refused.
bool ChangeStore(const World& world, std::string_view path, const std::string& sql, std::string& database);

}  // namespace sim
