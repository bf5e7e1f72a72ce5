// From what a person types to an issue's id.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/storage/store.h"

namespace bd {

// An exact id; else the input with the workspace's prefix in front; else the one issue whose code is
// the input, or contains it. Letter case counts. Deleted issues are not found, and an input that
// names one finds no other either. kNotFound `no issue found matching "X"`, kInvalid if ambiguous.
Result<std::string> ResolveId(Tx& tx, std::string_view input);
// The same; an error begins with what was being done: `DOING INPUT: `.
Result<std::string> ResolveId(Tx& tx, std::string_view input, std::string_view doing);

// An exact id of an issue that is not deleted, or the error `issue X not found`.
Status RequireIssue(Tx& tx, std::string_view id);

}  // namespace bd
