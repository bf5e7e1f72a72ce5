// The next version of the shared file, written into a temporary.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/os/files.h"
#include "engine/storage/store.h"
#include "engine/sync/shared_file.h"

namespace bd {

struct NewVersion {
  int64_t sorted_bytes = 0;                 // as FileRecord::sorted_bytes
  std::vector<Hash128> gone, come;          // lines, against the version before
  std::optional<std::vector<Hash128>> all;  // every line, if all were written anew
};

// Id to line; nothing for an id whose line is to go.
using LineChanges = std::map<std::string, std::optional<std::string>, std::less<>>;

// The version before, as it is on record, with some lines replaced, put in and taken out. What stands
// behind its sorted front is copied; what was appended since then is not: it is not in the store yet.
// Costs the changes and a copy in the kernel.
Result<NewVersion> WriteChangedVersion(const os::Fd& before, const FileRecord& record,
                                       const LineChanges& changes, const os::Fd& to);

// Every exported issue of the store, sorted by id, then the lines that were set aside.
Result<NewVersion> WriteFullVersion(Tx& tx, const os::Fd& to, const Progress& progress);

}  // namespace bd
