// Ids without their issues: counting, samples, completion, and checks of the ids themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/store.h"

namespace bd {

// Issues that are not deleted.
Result<int64_t> CountLive(Tx& tx);
// The first `limit` ids of these.
Result<std::vector<std::string>> SampleIds(Tx& tx, int64_t limit);
// Issues that belong in the shared file, deleted ones included.
Result<int64_t> CountShared(Tx& tx);

struct IdAndTitle {
  std::string id, title;
};
// Open ones first, then those changed last.
Result<std::vector<IdAndTitle>> IdsBeginningWith(Tx& tx, std::string_view beginning, int64_t limit);

// Of issues that are not deleted: those whose prefix is another one, and children whose parent is missing.
struct OddIds {
  std::vector<std::string> foreign, orphans;
};
Result<OddIds> FindOddIds(Tx& tx, const std::string& prefix);

}  // namespace bd
