// The graph of dependencies: trees, circles, reachability.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/issues.h"

namespace bd {

enum class Direction { kDown, kUp };  // to what an issue depends on; to what depends on it

struct TreeNode {
  Issue issue;  // of an external target: only its id, and a title
  int64_t depth = 0;
  std::string parent_id;   // of the root: itself
  bool truncated = false;  // at the greatest depth
};

struct TreeOptions {
  Direction direction = Direction::kDown;
  int64_t depth_max = 50;
  std::string type;        // edges of this type only; empty: all
  bool all_paths = false;  // a node once for every way to it, else where it is met first
};

// Sorted by depth, then along the order of parents, by priority and id. The root is included.
Result<std::vector<TreeNode>> DependencyTree(Tx& tx, const std::string& root, const TreeOptions& options);

// Circles of edges that order work; each begins with its smallest id.
Result<std::vector<std::vector<std::string>>> FindCycles(Tx& tx);

// Whether `target` can be reached from `start` over edges that order work.
Result<bool> IsReachable(Tx& tx, std::string_view start, std::string_view target);

// An issue at the other end of an edge, with the edge's type.
struct LinkedIssue {
  Issue issue;
  std::string type;
};
// Ends of the edges that start at an issue (kDown), or the starts of those that end there (kUp). Ends
// that are deleted are left out; external and missing ones come last, as an issue with nothing but an id.
// Sorted by priority, then by id (down) or type (up).
Result<std::vector<LinkedIssue>> LinkedIssues(Tx& tx, std::string_view id, Direction direction);

}  // namespace bd
