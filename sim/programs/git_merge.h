// How the simulated git merges: three versions of every file, the driver for the shared file, the work tree.
#pragma once

#include <optional>
#include <string>

#include "sim/programs/git_store.h"

namespace sim {

// The newest commit that both are made from; "" if there is none.
std::string MergeBase(const GitStore& store, const std::string& ours, const std::string& theirs);
// Nothing: a conflict.
std::optional<GitTree> MergeTrees(const GitStore& store, const GitTree& base, const GitTree& ours,
                                  const GitTree& theirs);
// Brings the work tree from one version to the other. False: it was refused, or a call failed.
bool CheckOut(const GitStore& store, const GitTree& from, const GitTree& to);

}  // namespace sim
