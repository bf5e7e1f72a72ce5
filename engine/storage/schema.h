// The tables: those of release 0.49.6, as other programs read them with SQL, and ours beside them.
// What each column means: docs/formats/schema.md.
#pragma once

#include <span>
#include <string_view>

#include "engine/base/result.h"
#include "engine/storage/sqlite.h"

namespace bd {

// Creates what is missing of the 0.49.6 schema: tables, indexes, views, default settings.
Status CreateReferenceSchema(Db& db);

// All indexes that are missing; and taking away those that a bulk load does without (storage/bulk.h).
Status CreateIndexes(Db& db);
Status DropIndexesForLoad(Db& db);

}  // namespace bd
