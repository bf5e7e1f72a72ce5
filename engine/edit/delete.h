// Deleting: an issue becomes a tombstone, which tells every clone that it is gone.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/edit/context.h"

namespace bd {

struct DeletePlan {
  std::vector<Issue> issues;            // to be deleted, those asked for first
  std::vector<std::string> dependents;  // outside of the set, but with an edge into it
  std::vector<Dependency> edges;        // that go away
  std::vector<Issue> mentions;          // neighbours whose texts name a deleted issue
  int64_t labels = 0, events = 0;       // that hang on the issues
};

// What deleting these exact ids would do; with `cascade` also what depends on them, at any depth.
// kNotFound `issues not found: a, b` (or `issue a not found`). Deleted issues can be deleted again.
Result<DeletePlan> PlanDelete(EditContext& context, const std::vector<std::string>& ids, bool cascade);

struct DeleteOptions {
  std::string reason = "delete";
  bool hard = false;  // no tombstone is kept: a clone that still has the issue brings it back
};

// Removes the edges at both ends, replaces mentions of the ids by [deleted:ID], writes tombstones.
Status ExecuteDelete(EditContext& context, const DeletePlan& plan, const DeleteOptions& options);

// Where a text names the id as a word of its own: with [deleted:ID] instead.
std::string ReplaceMentions(std::string_view text, std::string_view id);

}  // namespace bd
