// Where a workspace is and what its files are called. Every path below .beads is made here.
//
// Looked for in this order: an explicit database; BEADS_DIR; BEADS_DB; the main work tree of a linked
// git work tree; .beads in the current directory or above, not beyond the root of the git repository.
// A file .beads/redirect leads to another directory, once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/sync/git.h"

namespace bd {

struct Workspace {
  std::string directory;             // the .beads directory; absolute
  std::string redirected_from;       // if a redirect led here
  std::string database;              // real path; need not exist
  std::string shared_file;           // the JSONL file; real path; need not exist
  std::optional<GitRepository> git;  // the repository that the directory is in

  bool HasDatabase() const;
  bool HasSharedFile() const;
  std::string HowToRebuild() const;  // a damaged database, from the shared file; advice for people

  std::string SharedLock() const;   // .jsonl.lock
  std::string SyncLock() const;     // .sync.lock
  std::string LastTouched() const;  // last-touched
  std::string ConfigFile() const;   // config.yaml
  std::string LocalConfigFile() const;
  std::string MetadataFile() const;  // metadata.json
  std::string IgnoreFile() const;    // .gitignore
  std::string ReadmeFile() const;
  std::string InteractionsFile() const;
  std::string PrimeFile() const;                    // PRIME.md
  std::string Hook(const std::string& name) const;  // hooks/NAME
};

struct Discovery {
  std::string start;              // directory to look from; empty: the current one
  std::string explicit_database;  // --db or its setting
};

// kNotFound if there is none. A .beads directory counts if it holds a database, a JSONL file or
// settings. kInvalid for redirects in a chain.
Result<Workspace> FindWorkspace(const Discovery& discovery);

// The workspace whose directory is given, whether it has anything in it or not.
Result<Workspace> WorkspaceAt(const std::string& beads_directory);

inline constexpr const char* kBeadsDirectory = ".beads";
inline constexpr const char* kDatabaseName = "beads.db";
inline constexpr const char* kSharedFileName = "issues.jsonl";

}  // namespace bd
