#include "engine/session/workspace.h"

#include <algorithm>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"

namespace bd {

namespace {

constexpr int64_t kSmallFileMax = 1 << 20;

bool IsDatabaseName(std::string_view name) {
  return name.ends_with(".db") && name.find(".backup") == std::string_view::npos && name != "vc.db";
}

// JSONL files that hold something else than issues.
bool IsOtherJsonl(std::string_view name) {
  constexpr std::string_view kNames[] = {"deletions.jsonl",  "interactions.jsonl", "routes.jsonl",
                                         "events.jsonl",     "molecules.jsonl",    "sync_base.jsonl",
                                         "beads.base.jsonl", "beads.left.jsonl",   "beads.right.jsonl"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::vector<std::string> NamesIn(const std::string& directory) {
  auto names = os::ListDirectory(directory);
  return names ? std::move(*names) : std::vector<std::string>();
}

// A workspace that may not be looked into is not a missing one: no other is to be made, or used, instead.
Status CheckReadable(const std::string& directory) {
  if (!os::IsDirectory(directory)) return Ok();
  Result<std::vector<std::string>> names = os::ListDirectory(directory);
  if (!names && names.error().code == Code::kDenied) return std::move(names).error();
  return Ok();
}

// Cheap checks first: an ordinary workspace is recognised without listing its directory.
bool IsWorkspaceDirectory(const std::string& directory) {
  for (const char* name : {"beads.db", "issues.jsonl", "metadata.json", "config.yaml", "redirect"}) {
    if (os::Exists(os::JoinPath(directory, name))) return true;
  }
  const std::vector<std::string> names = NamesIn(directory);
  return std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return IsDatabaseName(name) || (name.ends_with(".jsonl") && !IsOtherJsonl(name));
  });
}

std::string MetadataDatabase(const std::string& directory) {
  Result<std::string> text = os::ReadFile(os::JoinPath(directory, "metadata.json"), kSmallFileMax);
  if (!text) return "";
  Result<JsonDocument> document = JsonDocument::Parse(*text);
  if (!document) return "";
  auto name = document->root().Find("database");
  return name ? name->AsString().value_or("") : "";
}

std::string FindDatabase(const std::string& directory) {
  const std::string standard = os::JoinPath(directory, kDatabaseName);
  const std::string named = MetadataDatabase(directory);
  if (!named.empty() && os::Exists(os::JoinPath(directory, named))) return os::JoinPath(directory, named);
  if (os::Exists(standard)) return standard;
  for (const std::string& name : NamesIn(directory)) {
    if (IsDatabaseName(name)) return os::JoinPath(directory, name);
  }
  return named.empty() ? standard : os::JoinPath(directory, named);
}

std::string FindSharedFile(const std::string& directory) {
  if (std::string given = os::GetEnv("BEADS_JSONL"); !given.empty()) return given;
  const std::string standard = os::JoinPath(directory, kSharedFileName);
  for (const char* name : {kSharedFileName, "beads.jsonl"}) {
    if (os::Exists(os::JoinPath(directory, name))) return os::JoinPath(directory, name);
  }
  for (const std::string& name : NamesIn(directory)) {
    if (name.ends_with(".jsonl") && !IsOtherJsonl(name) && !name.starts_with("beads.db.")) {
      return os::JoinPath(directory, name);
    }
  }
  return standard;
}

// Where a redirect file leads; nothing if there is none.
Result<std::optional<std::string>> RedirectOf(const std::string& directory) {
  Result<std::string> text = os::ReadFile(os::JoinPath(directory, "redirect"), kSmallFileMax);
  if (!text) return std::optional<std::string>();
  for (const std::string& line : Split(*text, '\n')) {
    const std::string_view path = Trim(line);
    if (path.empty() || path.starts_with('#')) continue;
    const std::string target = TRY(os::AbsolutePath(os::JoinPath(os::DirectoryOf(directory), path)));
    return std::optional<std::string>(target);
  }
  return std::optional<std::string>();
}

Error NoWorkspace() { return {Code::kNotFound, "no beads database found", "", false}; }

Result<Workspace> FollowRedirect(const std::string& directory) {
  const std::optional<std::string> target = TRY(RedirectOf(directory));
  if (!target) return WorkspaceAt(directory);
  if (TRY(RedirectOf(*target))) {
    return Invalid(Cat(directory, "/redirect leads to ", *target, ", which is redirected again"),
                   "let the first redirect name the last directory");
  }
  if (!os::IsDirectory(*target)) {
    return Error{Code::kNotFound, Cat(directory, "/redirect leads to ", *target, ", which is no directory"),
                 "", false};
  }
  Workspace workspace = TRY(WorkspaceAt(*target));
  workspace.redirected_from = directory;
  return workspace;
}

// The main work tree's .beads, for a linked work tree.
std::string MainWorkTreeDirectory(const std::string& start) {
  std::optional<GitRepository> git = FindGitRepository(start);
  if (!git || !git->IsLinkedWorkTree() || os::NameOf(git->common_dir) != ".git") return "";
  const std::string directory = os::JoinPath(os::DirectoryOf(git->common_dir), kBeadsDirectory);
  return IsWorkspaceDirectory(directory) ? directory : "";
}

}  // namespace

bool Workspace::HasDatabase() const {
  Result<os::FileInfo> info = os::Stat(database);
  return info && info->size > 0;
}
bool Workspace::HasSharedFile() const { return os::Exists(shared_file); }

std::string Workspace::HowToRebuild() const {
  return Cat("the issues are also in ", shared_file, "; to rebuild the database from it, rename ", database,
             " and its -wal and -shm to other names and run 'bd list'");
}

std::string Workspace::SharedLock() const { return directory + "/.jsonl.lock"; }
std::string Workspace::SyncLock() const { return directory + "/.sync.lock"; }
std::string Workspace::LastTouched() const { return directory + "/last-touched"; }
std::string Workspace::ConfigFile() const { return directory + "/config.yaml"; }
std::string Workspace::LocalConfigFile() const { return directory + "/config.local.yaml"; }
std::string Workspace::MetadataFile() const { return directory + "/metadata.json"; }
std::string Workspace::IgnoreFile() const { return directory + "/.gitignore"; }
std::string Workspace::ReadmeFile() const { return directory + "/README.md"; }
std::string Workspace::InteractionsFile() const { return directory + "/interactions.jsonl"; }
std::string Workspace::PrimeFile() const { return directory + "/PRIME.md"; }
std::string Workspace::Hook(const std::string& name) const { return Cat(directory, "/hooks/", name); }

Result<Workspace> WorkspaceAt(const std::string& beads_directory) {
  Workspace workspace;
  workspace.directory = TRY(os::AbsolutePath(beads_directory));
  workspace.database = TRY(os::RealPath(FindDatabase(workspace.directory)));
  workspace.shared_file = TRY(os::RealPath(FindSharedFile(workspace.directory)));
  workspace.git = FindGitRepository(workspace.directory);
  return workspace;
}

Result<Workspace> FindWorkspace(const Discovery& discovery) {
  std::string database = discovery.explicit_database;
  const std::string beads_dir = os::GetEnv("BEADS_DIR");
  if (database.empty() && !beads_dir.empty()) {
    const std::string directory = TRY(os::AbsolutePath(beads_dir));
    if (IsWorkspaceDirectory(directory)) return FollowRedirect(directory);
    TRY(CheckReadable(directory));
    return NoWorkspace();
  }
  if (database.empty()) database = os::GetEnv("BEADS_DB");
  if (!database.empty()) {
    database = TRY(os::AbsolutePath(database));
    if (!os::Exists(database)) {
      return Error{Code::kNotFound, Cat("database ", database, " does not exist"),
                   "name an existing database, or run 'bd init' where it should be", false};
    }
    Workspace workspace = TRY(WorkspaceAt(os::DirectoryOf(database)));
    workspace.database = TRY(os::RealPath(database));
    return workspace;
  }
  const std::string start = discovery.start.empty() ? TRY(os::CurrentDirectory()) : discovery.start;
  if (std::string main = MainWorkTreeDirectory(start); !main.empty()) return FollowRedirect(main);
  for (std::string at = start;; at = os::DirectoryOf(at)) {
    const std::string directory = os::JoinPath(at, kBeadsDirectory);
    if (os::IsDirectory(directory) && IsWorkspaceDirectory(directory)) return FollowRedirect(directory);
    TRY(CheckReadable(directory));
    if (at == "/" || os::Exists(os::JoinPath(at, ".git"))) return NoWorkspace();
  }
}

}  // namespace bd
