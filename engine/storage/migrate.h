// Our own numbered migrations. They run under the store lock, each database once through each, all in
// one transaction; a database of a newer version is refused before anything is touched.
#pragma once

#include <cstdint>

#include "engine/base/result.h"
#include "engine/storage/sqlite.h"

namespace bd {

// The number after the last migration of this program.
int64_t SchemaVersion();
// The number in the database; 0 if it is empty or was made by 0.49.6.
Result<int64_t> StoredSchemaVersion(Db& db);
// kNewer if the database is ahead of this program.
Status CheckSchemaVersion(int64_t stored);
// Runs what is missing inside the open transaction.
Status Migrate(Db& db);

}  // namespace bd
