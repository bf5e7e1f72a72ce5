// The user's git: where its repository is, who the user is, and running it. Reading a repository's
// layout needs no process; everything else is the git program's business.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/process.h"
#include "engine/os/running_process.h"

namespace bd {

struct GitRepository {
  std::string work_tree;   // the directory that has .git
  std::string git_dir;     // of this work tree; its index is there
  std::string common_dir;  // shared by all work trees of the repository
  bool IsLinkedWorkTree() const { return git_dir != common_dir; }
};

// The repository that a directory is in; nothing if it is in none. Absolute paths.
std::optional<GitRepository> FindGitRepository(const std::string& directory);

struct GitIdentity {
  std::string name, email;
};
// user.name and user.email, the author variables of the environment first. Configuration files are
// read directly (a git process costs more than a whole command); where they include others, git is
// asked. Empty where nothing is set.
GitIdentity FindGitIdentity(const std::optional<GitRepository>& repository);

// Runs git in a directory, without prompts and without the variables that git sets for hooks.
Result<os::ProcessResult> RunGit(const std::string& directory, const std::vector<std::string>& arguments,
                                 int64_t timeout_ms = 30'000);

// The same, but does not wait for it.
Result<os::RunningProcess> StartGit(const std::string& directory, const std::vector<std::string>& arguments,
                                    int64_t timeout_ms);

// Saves a file of the work tree as it is in a revision under a new name. False if it is not there.
Result<bool> SaveRevision(const GitRepository& git, const std::string& revision, const std::string& path,
                          const std::string& to);

// One value of git's configuration; empty if unset or git fails.
std::string GitConfigValue(const std::string& directory, const std::string& key);

}  // namespace bd
