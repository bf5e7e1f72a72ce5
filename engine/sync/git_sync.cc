#include "engine/sync/git_sync.h"

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/random.h"

namespace bd {

namespace {

constexpr int64_t kNetworkTimeoutMs = 120'000;

// The files of a workspace that travel in git, as far as they exist.
std::vector<std::string> SharedFiles(const GitSyncOptions& options) {
  std::vector<std::string> files;
  for (const char* name : {"issues.jsonl", "beads.jsonl", "events.jsonl", "deletions.jsonl",
                           "interactions.jsonl", "metadata.json", "config.yaml", "README.md", ".gitignore"}) {
    const std::string path = Cat(options.beads_directory, "/", name);
    if (os::Exists(path)) files.push_back(path);
  }
  return files;
}

Result<std::string> Git(const GitRepository& git, std::vector<std::string> arguments, std::string_view action,
                        int64_t timeout_ms = 30'000) {
  const os::ProcessResult result = TRY(RunGit(git.work_tree, arguments, timeout_ms));
  if (result.exit_code == 0) return result.output;
  return Error{Code::kIo, Cat(action, ": git ", arguments[0], " failed: ", Trim(result.errors)), "", false};
}

Result<std::string> Upstream(const GitRepository& git) {
  const os::ProcessResult result =
      TRY(RunGit(git.work_tree, {"rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}"}));
  return result.exit_code == 0 ? std::string(Trim(result.output)) : "";
}

}  // namespace

Status CheckNoMergeUnderWay(const GitRepository& git) {
  for (const char* name : {"MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD"}) {
    if (os::Exists(Cat(git.git_dir, "/", name))) {
      return Invalid("unmerged paths or merge in progress",
                     "finish or abort it with git, then run 'bd sync' again");
    }
  }
  return Ok();
}

namespace {

Result<bool> HasUncommitted(const GitSyncOptions& options, const std::vector<std::string>& files) {
  if (files.empty()) return false;
  std::vector<std::string> arguments{"status", "--porcelain", "--"};
  arguments.insert(arguments.end(), files.begin(), files.end());
  return !Trim(TRY(Git(options.git, arguments, "checking for changes", options.timeout_ms))).empty();
}

}  // namespace

Result<bool> HasUncommittedBeads(const GitSyncOptions& options) {
  return HasUncommitted(options, SharedFiles(options));
}

Result<bool> CommitBeads(const GitSyncOptions& options, const Time& now) {
  return CommitFiles(options, SharedFiles(options), now);
}

Result<bool> CommitFiles(const GitSyncOptions& options, const std::vector<std::string>& files,
                         const Time& now) {
  if (!TRY(HasUncommitted(options, files))) return false;
  std::vector<std::string> add{"add", "--"};
  add.insert(add.end(), files.begin(), files.end());
  TRY(Git(options.git, add, "committing", options.timeout_ms));
  std::vector<std::string> commit{
      "commit", "-q", "--no-verify", "-m",
      options.message.empty() ? Cat("bd sync: ", FormatSeconds(now)) : options.message};
  if (!options.author.empty()) commit.push_back("--author=" + options.author);
  if (!options.sign) commit.push_back("--no-gpg-sign");
  commit.push_back("--");
  commit.insert(commit.end(), files.begin(), files.end());
  TRY(Git(options.git, commit, "committing", options.timeout_ms));
  return true;
}

Result<bool> HasRemote(const GitRepository& git) {
  return !Trim(TRY(Git(git, {"remote"}, "looking for remotes"))).empty();
}

Result<std::optional<std::string>> FetchMainVersion(const GitRepository& git, const std::string& path) {
  if (!TRY(HasRemote(git))) return std::optional<std::string>();
  TRY(Git(git, {"fetch", "-q", "origin"}, "pulling", kNetworkTimeoutMs));
  const std::string temporary = Cat(path, ".", os::RandomHex(8));
  for (const char* branch : {"origin/HEAD", "origin/main", "origin/master"}) {
    const os::ProcessResult known = TRY(RunGit(git.work_tree, {"rev-parse", "-q", "--verify", branch}));
    if (known.exit_code != 0) continue;
    if (TRY(SaveRevision(git, branch, path, temporary))) return std::optional(temporary);
  }
  return std::optional<std::string>();
}

Result<bool> PullUpstream(const GitRepository& git) {
  if (TRY(Upstream(git)).empty()) return false;
  TRY(Git(git, {"fetch", "-q"}, "pulling", kNetworkTimeoutMs));
  Result<std::string> merged =
      Git(git, {"merge", "-q", "--no-edit", "@{upstream}"}, "pulling", kNetworkTimeoutMs);
  if (merged) return true;
  // Leave the work tree as it was: conflicts in other files are the user's to solve.
  (void)RunGit(git.work_tree, {"merge", "--abort"});
  merged.error().hint = "merge or rebase by hand ('git pull'), then run 'bd sync' again";
  return std::move(merged).error();
}

Result<bool> PushUpstream(const GitRepository& git) {
  if (TRY(Upstream(git)).empty()) return false;
  TRY(Git(git, {"push", "-q"}, "pushing", kNetworkTimeoutMs));
  return true;
}

}  // namespace bd
