#include "engine/session/init.h"

#include <algorithm>

#include "engine/base/hash.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/os/random.h"
#include "engine/session/new_database.h"
#include "engine/session/session.h"
#include "engine/session/templates.h"
#include "engine/storage/settings.h"
#include "engine/sync/git_sync.h"

namespace bd {

namespace {

constexpr int64_t kSmallFileMax = 1 << 20;

Status WriteIfMissing(const std::string& path, std::string_view text, uint32_t mode) {
  if (os::Exists(path)) return Ok();
  return os::ReplaceFile(path, text, mode);
}

std::string Ask(const GitRepository& git, const std::vector<std::string>& arguments) {
  Result<os::ProcessResult> result = RunGit(git.work_tree, arguments, 10'000);
  return result && result->exit_code == 0 ? std::string(Trim(result->output)) : "";
}

class Initialiser {
 public:
  Initialiser(const InitOptions& options, const Config& config) : options_(options), config_(config) {}

  Result<InitReport> Run() {
    const std::string beads = os::JoinPath(options_.directory, kBeadsDirectory);
    TRY(CheckPlace(beads));
    TRY(os::MakeDirectory(beads, 0750));
    report_.workspace = TRY(WorkspaceAt(beads));
    TRY(WriteFiles());
    TRY(RestoreSharedFile());
    report_.prefix = ChoosePrefix(report_.workspace, config_, options_.prefix);
    if (options_.without_database) {
      TRY(UseFileOnly());
    } else {
      TRY(MakeDatabase());
    }
    if (report_.workspace.git) TellGit();
    if (options_.write_agents) TRY(WriteAgents());
    return std::move(report_);
  }

 private:
  Status CheckPlace(const std::string& beads) {
    const std::string directory = options_.directory + "/";
    if (directory.find("/.beads/") != std::string::npos) {
      return Invalid("cannot initialize bd inside a .beads directory",
                     "change to the project's own directory");
    }
    std::optional<GitRepository> git = FindGitRepository(options_.directory);
    if (git && git->IsLinkedWorkTree()) {
      return Invalid(
          "cannot run 'bd init' from within a git worktree",
          Cat("initialize in the main repository: cd ", os::DirectoryOf(git->common_dir), " && bd init"));
    }
    std::optional<std::string> existing = ExistingDatabase(beads);
    if (existing && !options_.force) return Error{Code::kConflict, *existing, "", false};
    return Ok();
  }

  Status WriteFiles() {
    const Workspace& workspace = report_.workspace;
    TRY(os::ReplaceFile(workspace.IgnoreFile(), templates::kIgnore, 0600));
    TRY(WriteIfMissing(workspace.InteractionsFile(), "", 0644));
    TRY(WriteIfMissing(workspace.ConfigFile(), templates::kConfig, 0600));
    TRY(WriteIfMissing(workspace.ReadmeFile(), templates::kReadme, 0644));
    return WriteIfMissing(workspace.MetadataFile(),
                          "{\n  \"database\": \"beads.db\",\n  \"jsonl_export\": \"issues.jsonl\"\n}", 0600);
  }

  // A work tree that has lost the file (or has an empty one) gets the committed version back.
  Status RestoreSharedFile() {
    const Workspace& workspace = report_.workspace;
    Result<os::FileInfo> present = os::Stat(workspace.shared_file);
    if (present && present->size > 0) return Ok();
    if (!workspace.git) return Ok();
    const std::string temporary = Cat(workspace.shared_file, ".", os::RandomHex(8));
    Result<bool> saved = SaveRevision(*workspace.git, "HEAD", workspace.shared_file, temporary);
    if (!saved || !*saved) return Ok();  // no git program, no commit yet, or no file in it
    return os::Rename(temporary, workspace.shared_file);
  }

  Status UseFileOnly() {
    const Workspace& workspace = report_.workspace;
    const std::string text = TRY(os::ReadFile(workspace.ConfigFile(), kSmallFileMax));
    std::string changed = SetYamlLine(text, "no-db", "true");
    changed = SetYamlLine(changed, "issue-prefix", report_.prefix);
    TRY(os::ReplaceFile(workspace.ConfigFile(), changed, 0600));
    return WriteIfMissing(workspace.shared_file, "", 0644);
  }

  Status MakeDatabase() {
    const Workspace& workspace = report_.workspace;
    if (workspace.git) {
      report_.repository_id = RepositoryId(*workspace.git);
      report_.clone_id = CloneId(*workspace.git);
    }
    auto fill = [this](Tx& tx) { return WriteSettings(tx); };
    if (workspace.HasDatabase()) {
      Session session = TRY(Session::Open(workspace, config_, {}));
      TRY(session.BeginWrite());
      TRY(fill(session.tx()));
      return session.Commit();
    }
    NewDatabase request;
    request.prefix = report_.prefix;
    request.fill = fill;
    const ImportReport taken_in = TRY(CreateDatabase(workspace, config_, request));
    report_.imported = taken_in.created;
    for (const std::string& remark : taken_in.Remarks()) report_.warnings.push_back(Cat("note: ", remark));
    return Ok();
  }

  Status WriteSettings(Tx& tx) {
    TRY(SetConfig(tx, "issue_prefix", report_.prefix));
    if (!options_.sync_branch.empty()) TRY(SetConfig(tx, "sync.branch", options_.sync_branch));
    TRY(SetMetadata(tx, "bd_version", options_.version));
    if (report_.repository_id.empty()) return Ok();
    TRY(SetMetadata(tx, "repo_id", report_.repository_id));
    return SetMetadata(tx, "clone_id", report_.clone_id);
  }

  // --- Git. What it refuses (a sandbox may) is a warning: nothing depends on it.

  void TellGit() {
    auto attempt = [this](Status status, std::string_view what) {
      if (!status) report_.warnings.push_back(Cat("Warning: ", what, ": ", status.error().message));
    };
    const GitRepository& git = *report_.workspace.git;
    if (!options_.role.empty())
      attempt(SetGitConfig(git, "beads.role", options_.role), "git config beads.role");
    if (options_.exclude_from_git) attempt(Exclude(git), "could not exclude .beads");
    if (options_.install_hooks) {
      attempt(InstallHook(git, "pre-commit", templates::kPreCommit), "could not install the pre-commit hook");
      attempt(InstallHook(git, "post-merge", templates::kPostMerge), "could not install the post-merge hook");
    }
    if (options_.install_merge_driver) attempt(InstallMergeDriver(git), "could not install the merge driver");
  }

  static Status SetGitConfig(const GitRepository& git, const std::string& key, const std::string& value) {
    const os::ProcessResult result = TRY(RunGit(git.work_tree, {"config", key, value}, 10'000));
    if (result.exit_code == 0) return Ok();
    return Error{Code::kIo, std::string(Trim(result.errors)), "", false};
  }

  static Status Exclude(const GitRepository& git) {
    const std::string path = git.common_dir + "/info/exclude";
    Result<std::string> present = os::ReadFile(path, kSmallFileMax);
    std::string text = present ? *present : "";
    if (text.find(".beads/") != std::string::npos) return Ok();
    TRY(os::MakeDirectories(git.common_dir + "/info", 0755));
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    return os::ReplaceFile(path, text + ".beads/\n", 0644);
  }

  static Status InstallHook(const GitRepository& git, const std::string& name, std::string_view script) {
    std::string hooks = Ask(git, {"rev-parse", "--git-path", "hooks"});
    if (hooks.empty()) hooks = git.common_dir + "/hooks";
    hooks = os::JoinPath(git.work_tree, hooks);
    TRY(os::MakeDirectories(hooks, 0755));
    const std::string path = os::JoinPath(hooks, name);
    Result<std::string> present = os::ReadFile(path, kSmallFileMax);
    if (present && present->find(templates::kHookMark) == std::string::npos)
      TRY(os::Rename(path, path + ".old"));
    return os::ReplaceFile(path, script, 0700);
  }

  static Status InstallMergeDriver(const GitRepository& git) {
    TRY(SetGitConfig(git, "merge.beads.driver", std::string(kMergeDriver)));
    TRY(SetGitConfig(git, "merge.beads.name", "bd JSONL merge driver"));
    const std::string path = git.work_tree + "/.gitattributes";
    Result<std::string> present = os::ReadFile(path, kSmallFileMax);
    const std::string text = present ? *present : "";
    if (text.find("merge=beads") != std::string::npos) return Ok();
    return os::ReplaceFile(path, Cat(text, templates::kAttributes), 0644);
  }

  Status WriteAgents() {
    const std::string path = os::JoinPath(options_.directory, "AGENTS.md");
    Result<std::string> present = os::ReadFile(path, kSmallFileMax);
    if (!present) {
      report_.agents_created = true;
      return os::ReplaceFile(path, Cat("# Agent Instructions\n\n", templates::kAgents), 0644);
    }
    if (present->find(templates::kAgentsHeading) != std::string::npos) return Ok();
    report_.agents_extended = true;
    return os::ReplaceFile(path, Cat(*present, present->ends_with('\n') ? "\n" : "\n\n", templates::kAgents),
                           0644);
  }

  const InitOptions& options_;
  const Config& config_;
  InitReport report_;
};

}  // namespace

Result<InitReport> InitWorkspace(const InitOptions& options, const Config& config) {
  return Initialiser(options, config).Run();
}

std::optional<std::string> ExistingDatabase(const std::string& beads_directory) {
  if (!os::IsDirectory(beads_directory)) return std::nullopt;
  Result<Workspace> workspace = WorkspaceAt(beads_directory);
  if (!workspace || !workspace->HasDatabase()) return std::nullopt;
  return os::JoinPath(beads_directory, os::NameOf(workspace->database));
}

std::string CanonicalUrl(std::string_view url) {
  std::string text(Trim(url));
  if (size_t scheme = text.find("://"); scheme != std::string::npos) {
    text.erase(0, scheme + 3);
  } else if (size_t colon = text.find(':'); colon != std::string::npos && text.find('/') > colon) {
    text[colon] = '/';  // git@host:path
  }
  if (size_t at = text.find('@'); at != std::string::npos && at < text.find('/')) text.erase(0, at + 1);
  const size_t slash = text.find('/');
  std::string host = Lower(text.substr(0, slash));
  std::string path = slash == std::string::npos ? "" : text.substr(slash);
  for (std::string_view port : {":22", ":80", ":443"}) {
    if (host.ends_with(port)) host.resize(host.size() - port.size());
  }
  while (path.ends_with('/')) path.pop_back();
  if (path.ends_with(".git")) path.resize(path.size() - 4);
  while (path.ends_with('/')) path.pop_back();
  return host + path;
}

std::string RepositoryId(const GitRepository& git) {
  const std::string url = Ask(git, {"config", "--get", "remote.origin.url"});
  return Sha256Hex(url.empty() ? os::DirectoryOf(git.common_dir) : CanonicalUrl(url)).substr(0, 32);
}

std::string CloneId(const GitRepository& git) {
  return Sha256Hex(Cat(os::HostName(), ":", git.work_tree)).substr(0, 16);
}

}  // namespace bd
