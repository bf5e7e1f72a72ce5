// blocked_issues_cache: the issues that something holds up. Kept current in every transaction; other
// programs read it.
//
// An issue is held up when
//  - it has a `blocks` edge to an issue in a status that blocks,
//  - it has a `conditional-blocks` edge to such an issue, or to one that was closed for a reason that
//    is no failure,
//  - it has a `waits-for` edge whose gate is shut: all-children (the default) until every child of
//    the spawner is closed or deleted, any-children until one is,
//  - its parent is held up, at any depth.
// Targets `external:...` hold up nobody.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/store.h"

namespace bd {

// After a change of status, or of edges, of these issues: works out anew what they and those that
// hang on them are. Of an edge that is gone both ends belong to `changed`: who waits for the children
// of its target cannot be found from its start any more. Costs the neighbourhood, not the database.
Status UpdateBlocked(Tx& tx, const std::vector<std::string>& changed);
// The whole table, for bulk changes.
Status RebuildBlocked(Tx& tx);

// What holds up an issue directly, in the order of edges: targets of `blocks`, `conditional-blocks`
// and shut `waits-for` edges, external targets of `blocks` edges included.
Result<std::vector<std::string>> DirectBlockers(Tx& tx, std::string_view id);

}  // namespace bd
