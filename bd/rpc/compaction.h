// Which closed issues could be compacted. This program has nothing that summarises: the operations tell what
// there would be to do.
#pragma once

#include "bd/rpc/operation.h"
#include "engine/types/issue.h"

namespace bd {

// Closed for 30 (tier 1) or 90 days (tier 2), and nothing open depends on it.
Result<bool> IsEligible(Tx& tx, const Issue& issue, int64_t tier, const Time& now);
Result<std::vector<Issue>> Eligible(Tx& tx, int64_t tier, const Time& now);
int64_t SizeOf(const Issue& issue);

}  // namespace bd
