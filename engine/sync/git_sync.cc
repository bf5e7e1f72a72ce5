#include "engine/sync/git_sync.h"

#include "engine/base/text.h"
#include "engine/os/background.h"
#include "engine/os/files.h"
#include "engine/os/random.h"
#include "engine/sync/file_commit.h"

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

Result<std::string> Git(const GitRepository& git, const std::vector<std::string>& words,
                        std::string_view action, int64_t timeout_ms = 30'000) {
  return OutputOf(words, TRY(RunGit(git.work_tree, words, timeout_ms)), action);
}

Result<std::string> Upstream(const GitRepository& git) {
  const os::ProcessResult result =
      TRY(RunGit(git.work_tree, {"rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}"}));
  return result.exit_code == 0 ? std::string(Trim(result.output)) : "";
}

// For a shell, which git runs the driver with.
std::string Quoted(std::string_view word) {
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// A clone has the .gitattributes that ask for the driver, and its configuration only where `bd init` was run;
// and git may find no bd. So this program is the driver, unless somebody has set up another one.
std::vector<std::string> WithDriver(const GitRepository& git, const std::vector<std::string>& words) {
  const std::string driver = GitConfigValue(git.work_tree, "merge.beads.driver");
  if (!driver.empty() && driver != kMergeDriver) return words;
  const std::string own = Cat(Quoted(os::OwnProgram()), kMergeDriver.substr(kMergeDriver.find(' ')));
  std::vector<std::string> all = {"-c", Cat("merge.beads.driver=", own)};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

// What conflicts git says on standard output.
Status Merge(const GitRepository& git) {
  const std::vector<std::string> words = {"merge", "--no-edit", "@{upstream}"};
  os::ProcessResult result = TRY(RunGit(git.work_tree, WithDriver(git, words), kNetworkTimeoutMs));
  if (Trim(result.errors).empty()) result.errors = result.output;
  TRY(OutputOf(words, result, "pulling"));
  return Ok();
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

Result<bool> HasUncommittedBeads(const GitSyncOptions& options) {
  const std::vector<std::string> files = SharedFiles(options);
  if (files.empty()) return false;
  return !Trim(TRY(Git(options.git, WordsToLook(files), "checking for changes"))).empty();
}

Result<bool> CommitBeads(const GitSyncOptions& options, const Time& now) {
  FileCommit commit(options, SharedFiles(options), now);
  while (const auto words = commit.Next()) {
    TRY(commit.Take(TRY(RunGit(options.git.work_tree, *words))));
  }
  return commit.has_committed();
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
  Status merged = Merge(git);
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
