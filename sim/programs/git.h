// The simulated git: the sub-commands that the program, its hooks and people use, on one branch, `main`.
//
//   -C DIR (before the others), init [--bare], clone FROM TO, remote, config [--get] KEY [VALUE], rev-parse
//   ... add [--] PATH..., status --porcelain [-- PATH...], commit [-a] [--no-verify] [-- PATH...] show
//   REV:PATH, log -1 --format=%h -- PATH (others: nothing), fetch, merge UPSTREAM, merge --abort, pull, push
//
// It runs in a process of its own, takes index.lock for what git takes it for, writes the work tree in place
// and in chunks, calls the merge driver `bd merge` and the hooks pre-commit and post-merge as bd installs
// them.
#pragma once

#include "sim/world/world.h"

namespace sim {

// `words` without "git".
int RunGit(Task& task, const std::vector<std::string>& words);
// Whether it knows what the words ask for.
bool IsGitCommand(const std::vector<std::string>& words);

}  // namespace sim
