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

// The version before with some lines replaced, put in and taken out. `before` is sorted by id up to
// `sorted_bytes`; what stands behind is copied. Costs the changes and a copy in the kernel.
Result<NewVersion> WriteChangedVersion(const os::Fd& before, int64_t sorted_bytes, const LineChanges& changes,
                                       const os::Fd& to);

// Every exported issue of the store, sorted by id, then the lines that were set aside.
Result<NewVersion> WriteFullVersion(Tx& tx, const os::Fd& to, const Progress& progress);

}  // namespace bd
