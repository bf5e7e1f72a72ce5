// Making a workspace: the directory, the database, and what git is to know.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/session/config.h"
#include "engine/session/workspace.h"

namespace bd {

struct InitOptions {
  std::string directory;  // where .beads is to be; absolute
  std::string prefix;     // empty: from settings, the shared file, git, or the directory's name
  std::string sync_branch;
  std::string version;
  bool force = false;  // an existing database is kept and gets the prefix
  bool without_database = false;
  bool install_hooks = true;
  bool install_merge_driver = true;
  bool write_agents = true;
  bool exclude_from_git = false;  // .git/info/exclude gets .beads/
  std::string role;               // git config beads.role
};

struct InitReport {
  Workspace workspace;
  std::string prefix;
  std::string repository_id, clone_id;  // empty outside of git
  bool agents_created = false, agents_extended = false;
  int64_t imported = 0;  // issues that the repository had already
  std::vector<std::string> warnings;
};

// kConflict: there is a database already (path in `existing_database`).
Result<InitReport> InitWorkspace(const InitOptions& options, const Config& config);

// Where the database of a directory is, if there is one.
std::optional<std::string> ExistingDatabase(const std::string& beads_directory);

// 32 hexadecimal digits that are the same for all clones of a repository: of its origin's URL in
// canonical form, or of its path if it has none.
std::string RepositoryId(const GitRepository& git);
// 16 digits for this clone on this machine.
std::string CloneId(const GitRepository& git);
std::string CanonicalUrl(std::string_view url);

}  // namespace bd
