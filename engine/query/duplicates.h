// Issues that say the same.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/store.h"

namespace bd {

// Groups of ids with equal title, description, design, acceptance criteria and status; deleted issues
// are left out.
Result<std::vector<std::vector<std::string>>> FindDuplicates(Tx& tx);

}  // namespace bd
