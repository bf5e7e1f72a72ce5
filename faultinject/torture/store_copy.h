// The store as others may treat it: replaced by a copy of itself, as a backup is put back.
#pragma once

#include <string>

namespace fault::torture {

// Under the store lock: a consistent copy takes the place of the database, and its WAL is gone. Nothing that
// was acknowledged is missing in the copy. What went wrong, or "".
std::string ReplaceStore(const std::string& database);
// What SQLite's own check says of it; "" if it is sound.
std::string CheckStore(const std::string& database);

}  // namespace fault::torture
