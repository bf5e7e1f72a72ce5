// Reading a database that cannot be written and cannot be read in place.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/storage/sqlite.h"

namespace bd {

// Its content in memory. If the WAL holds frames they are part of it: database and WAL are copied to
// a private directory and read there. A copy that changed under us is taken again; kBusy in the end.
Result<Db> CopyForReading(const std::string& path);

}  // namespace bd
