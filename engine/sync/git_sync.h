// `bd sync --full`: the workspace's files, committed, merged with the remote's, and pushed.
//
// Local changes are committed first, so that nothing stands in the way of a merge; the merge itself is
// git's, with our driver for the JSONL file. Only files below .beads are committed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/sync/git.h"

namespace bd {

// merge.beads.driver, as init sets it: whatever bd is on the PATH when git merges. A sync uses itself
// instead.
inline constexpr std::string_view kMergeDriver = "bd merge %A %O %A %B";

struct GitSyncOptions {
  GitRepository git;
  std::string beads_directory;
  std::string message;  // empty: "bd sync: DATE TIME"
  std::string author;   // "Name <address>"; empty: git's own
  bool sign = true;     // false: --no-gpg-sign
};

// kInvalid if a merge or rebase is under way, or paths are unmerged.
Status CheckNoMergeUnderWay(const GitRepository& git);
// Commits all files of the workspace that travel in git. True if something was committed.
Result<bool> CommitBeads(const GitSyncOptions& options, const Time& now);
Result<bool> HasUncommittedBeads(const GitSyncOptions& options);
Result<bool> HasRemote(const GitRepository& git);
// Fetches the remote's main branch and saves its version of a file; its temporary path, or nothing if
// there is no such branch or file.
Result<std::optional<std::string>> FetchMainVersion(const GitRepository& git, const std::string& path);
// Fetches and merges the upstream branch; false if there is none.
Result<bool> PullUpstream(const GitRepository& git);
// False if the branch has no upstream.
Result<bool> PushUpstream(const GitRepository& git);

}  // namespace bd
