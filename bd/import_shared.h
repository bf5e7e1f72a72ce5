// Taking in the whole shared file on demand, for `bd import -i issues.jsonl` and `bd sync --import-only`.
#pragma once

#include <string>

#include "engine/session/session.h"
#include "engine/sync/import_file.h"

namespace bd {

// In the open write transaction. kConflict if the file has conflict markers.
Result<ImportResult> ImportShared(Session& session);

// "Import complete: 2 created, 0 updated, 1 unchanged"
std::string ImportCounts(const ImportResult& result);

}  // namespace bd
