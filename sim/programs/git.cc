#include "sim/programs/git.h"

#include <fcntl.h>

#include <algorithm>

#include "sim/calls/calls.h"
#include "sim/programs/children.h"
#include "sim/programs/file_tools.h"
#include "sim/programs/git_merge.h"
#include "sim/programs/git_store.h"

namespace sim {

namespace {

using Words = std::vector<std::string>;

constexpr const char* kBranch = "refs/heads/main";
constexpr const char* kUpstream = "refs/remotes/origin/main";
constexpr int kFatal = 128;

bool IsThere(const std::string& path) { return TheWorld().kernel().Find(path) != nullptr; }

class Git {
 public:
  Git(Task& task, GitStore store, Words words)
      : task_(task), store_(std::move(store)), words_(std::move(words)) {}

  int Run();
  // Whether there is such a sub-command, with so many words.
  static bool Knows(const Words& words) { return Find(words) != nullptr; }

 private:
  struct SubCommand {
    std::string_view name;
    size_t words;  // at least
    int (Git::*run)();
  };
  static const SubCommand* Find(const Words& words);

  // --- What the words say
  bool Has(const char* flag) const { return std::find(words_.begin(), words_.end(), flag) != words_.end(); }
  // Behind "--", below the work tree.
  Words Paths() const;
  int Fatal(const std::string& why, int status = kFatal) {
    task_.errors += "fatal: " + why + '\n';
    return status;
  }
  int Print(const std::string& line) {
    task_.output += line + '\n';
    return 0;
  }

  // --- The index
  template <typename Change>
  int ChangeIndex(Change change);
  // The blob of what is in the work tree; "" if nothing is. Stored, or only named.
  std::optional<std::string> BlobOf(const std::string& path, bool store);
  bool Stage(const Words& paths, GitTree& index);

  // --- Commands
  int Configure();
  int RevParse();
  int Add();
  int Status();
  int Commit();
  int Show();
  int Log();
  int Fetch();
  int Merge();
  int Abort();
  int Push();
  int Pull();
  int RemoteNames() { return store_.Config("remote.origin.url") ? Print("origin") : 0; }

  GitTree TreeOf(const std::string& commit);
  std::optional<GitStore> Remote();

  Task& task_;
  GitStore store_;
  Words words_;
};

Words Git::Paths() const {
  Words paths;
  auto at = std::find(words_.begin(), words_.end(), "--");
  const std::string root = store_.work_tree() + "/";
  for (at = at == words_.end() ? at : at + 1; at != words_.end(); ++at) {
    paths.push_back(at->starts_with(root) ? at->substr(root.size()) : *at);
  }
  return paths;
}

template <typename Change>
int Git::ChangeIndex(Change change) {
  const int lock = sim_open(store_.IndexLock().c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (lock < 0) return Fatal("Unable to create '" + store_.IndexLock() + "': File exists.");
  task_.removes_at_its_end.insert(store_.IndexLock());
  sim_close(lock);
  std::optional<GitTree> index = store_.Index();
  int status = index ? change(*index) : Fatal("index file corrupt");
  if (status == 0 && !store_.WriteIndexLock(*index)) status = Fatal("unable to write new index file");
  if (status != 0) sim_unlink(store_.IndexLock().c_str());
  task_.removes_at_its_end.clear();
  return status;
}

std::optional<std::string> Git::BlobOf(const std::string& path, bool store) {
  const std::string whole = store_.work_tree() + "/" + path;
  if (!IsThere(whole)) return "";
  const std::optional<std::string> bytes = ReadWhole(whole);
  if (!bytes) return std::nullopt;
  return store ? store_.Store(*bytes) : GitStore::NameOf(*bytes);
}

bool Git::Stage(const Words& paths, GitTree& index) {
  for (const std::string& path : paths) {
    const std::optional<std::string> blob = BlobOf(path, true);
    if (!blob) return false;
    if (blob->empty()) {
      index.erase(path);
    } else {
      index[path] = *blob;
    }
  }
  return true;
}

GitTree Git::TreeOf(const std::string& commit) {
  const std::optional<GitCommit> one = commit.empty() ? std::nullopt : store_.Commit(commit);
  return one ? one->tree : GitTree();
}

// --- Commands

int Git::Configure() {
  if (words_.size() == 3 && words_[1] == "--get") {
    const std::optional<std::string> value = store_.Config(words_[2]);
    return value ? Print(*value) : 1;
  }
  if (words_.size() != 3) return Fatal("config: not simulated in this form");
  return store_.SetConfig(words_[1], words_[2]) ? 0 : Fatal("could not lock config file: File exists", 255);
}

int Git::RevParse() {
  if (Has("--git-path"))
    return Print(store_.git_dir().substr(store_.work_tree().size() + 1) + "/" + words_.back());
  if (Has("--show-toplevel")) return Print(store_.work_tree());
  const bool upstream = words_.back() == "@{upstream}" || words_.back() == "origin/main";
  const bool known = upstream && store_.Config("branch.main.merge") && !store_.Ref(kUpstream).empty();
  if (known) return Print(Has("--verify") ? store_.Ref(kUpstream) : "origin/main");
  return Has("-q") ? 1 : Fatal("no upstream configured for branch 'main'");
}

int Git::Add() {
  Words paths = Paths();
  if (paths.empty()) return Fatal("add: not simulated without --");
  return ChangeIndex([&](GitTree& index) { return Stage(paths, index) ? 0 : Fatal("adding files failed"); });
}

// Without taking the lock: GIT_OPTIONAL_LOCKS=0.
int Git::Status() {
  const std::optional<GitTree> index = store_.Index();
  if (!index) return Fatal("index file corrupt");
  const GitTree head = TreeOf(store_.Ref(kBranch));
  for (const std::string& path : Paths()) {
    const std::optional<std::string> present = BlobOf(path, false);
    if (!present) return Fatal("unable to read " + path);
    auto in = [&path](const GitTree& tree) {
      const auto at = tree.find(path);
      return at == tree.end() ? std::string() : at->second;
    };
    const bool staged = in(*index) != in(head), changed = in(*index) != *present;
    if (in(*index).empty() && !present->empty()) {
      Print("?? " + path);
    } else if (staged || changed) {
      Print(std::string(staged ? "M" : " ") + (changed ? "M " : "  ") + path);
    }
  }
  return 0;
}

int Git::Commit() {
  if (IsThere(store_.git_dir() + "/MERGE_HEAD")) return Fatal("cannot do a partial commit during a merge.");
  const Child hook = Has("--no-verify") ? Child{}
                                        : RunHook(store_.git_dir() + "/hooks/pre-commit", store_.work_tree(),
                                                  {{"GIT_INDEX_FILE", ".git/index"}});
  if (hook.status != 0) return Fatal("the pre-commit hook refuses", 1);
  GitTree tree;
  const int staged = ChangeIndex([&](GitTree& index) {
    Words paths = Paths();
    if (Has("-a")) {
      for (const auto& [path, blob] : index) paths.push_back(path);
    }
    if (!Stage(paths, index)) return Fatal("updating files failed");
    tree = index;
    return 0;
  });
  if (staged != 0) return staged;
  const std::string head = store_.Ref(kBranch);
  if (TreeOf(head) == tree) return Print("nothing to commit"), 1;
  GitCommit commit;
  if (!head.empty()) commit.parents = {head};
  commit.tree = std::move(tree);
  const std::optional<std::string> name = store_.StoreCommit(commit);
  return name && store_.SetRef(kBranch, *name) ? 0 : Fatal("cannot update ref 'HEAD'");
}

// REV:PATH
int Git::Show() {
  const size_t colon = words_[1].find(':');
  const std::string revision = words_[1].substr(0, colon), path = words_[1].substr(colon + 1);
  // Stage 1 is there while a merge is not resolved; here the driver resolves all.
  const std::string commit = revision == "HEAD"                ? store_.Ref(kBranch)
                             : revision.starts_with("origin/") ? store_.Ref(kUpstream)
                                                               : "";
  const GitTree tree = TreeOf(commit);
  const auto at = tree.find(path);
  if (at == tree.end()) return Fatal("path '" + path + "' does not exist in '" + revision + "'");
  const std::optional<std::string> bytes = store_.Object(at->second);
  if (!bytes) return Fatal("unable to read " + at->second);
  task_.output += *bytes;
  return 0;
}

// The commit that changed a file last is taken to be the last one.
int Git::Log() {
  const std::string head = store_.Ref(kBranch);
  if (head.empty()) return Fatal("your current branch 'main' does not have any commits yet");
  return Has("-1") ? Print(head.substr(0, 7)) : 0;
}

std::optional<GitStore> Git::Remote() {
  const std::optional<std::string> url = store_.Config("remote.origin.url");
  return url ? GitStore::Find(*url) : std::nullopt;
}

int Git::Fetch() {
  const std::optional<GitStore> remote = Remote();
  if (!remote) return Fatal("'origin' does not appear to be a git repository");
  const std::string theirs = remote->Ref(kBranch);
  if (theirs.empty() || theirs == store_.Ref(kUpstream)) return 0;
  if (store_.CopyObjects(*remote, theirs) && store_.SetRef(kUpstream, theirs)) return 0;
  return Fatal("early EOF");
}

int Git::Push() {
  const std::optional<GitStore> remote = Remote();
  if (!remote) return Fatal("'origin' does not appear to be a git repository");
  const std::string ours = store_.Ref(kBranch);
  if (ours.empty()) return Fatal("src refspec main does not match any", 1);
  if (!remote->CopyObjects(store_, ours)) return Fatal("the remote end hung up unexpectedly");
  // The remote's lock of the branch.
  const std::string lock = remote->git_dir() + "/refs/heads/main.lock";
  const int fd = sim_open(lock.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (fd < 0) return Fatal("cannot lock ref 'refs/heads/main'", 1);
  sim_close(fd);
  const std::string theirs = remote->Ref(kBranch);
  const std::optional<Words> history = remote->History(ours);
  const bool is_newer =
      theirs.empty() || (history && std::find(history->begin(), history->end(), theirs) != history->end());
  const bool moved = is_newer && remote->SetRef(kBranch, ours);
  sim_unlink(lock.c_str());
  if (!moved) return Fatal("failed to push some refs: the remote has work that you do not have", 1);
  return store_.SetRef(kUpstream, ours) ? 0 : Fatal("cannot update ref");
}

// --- Merging

int Git::Merge() {
  if (Has("--abort")) return Abort();
  const std::string ours = store_.Ref(kBranch), theirs = store_.Ref(kUpstream);
  if (theirs.empty()) return Fatal("not something we can merge");
  const std::string base = MergeBase(store_, ours, theirs);
  if (base == theirs) return 0;
  GitCommit commit;
  const int status = ChangeIndex([&](GitTree& index) {
    const GitTree from = TreeOf(ours);
    if (index != from) return Fatal("Your local changes would be overwritten by merge.", 1);
    std::optional<GitTree> merged = MergeTrees(store_, TreeOf(base), from, TreeOf(theirs));
    if (!merged) return Fatal("Automatic merge failed; fix conflicts and then commit the result.", 1);
    if (!CheckOut(store_, from, *merged))
      return Fatal("Your local changes would be overwritten by merge.", 1);
    index = commit.tree = std::move(*merged);
    return 0;
  });
  if (status != 0) return status;
  commit.parents = {ours, theirs};
  const std::optional<std::string> name = base == ours ? theirs : store_.StoreCommit(commit);
  if (!name || !store_.SetRef(kBranch, *name)) return Fatal("cannot update ref 'HEAD'");
  RunHook(store_.git_dir() + "/hooks/post-merge", store_.work_tree(), {{"GIT_INDEX_FILE", ".git/index"}});
  return 0;
}

// A conflict leaves nothing behind here: there is nothing to abort.
int Git::Abort() { return Fatal("There is no merge to abort (MERGE_HEAD missing)."); }

int Git::Pull() {
  const int fetched = Fetch();
  return fetched != 0 ? fetched : Merge();
}

const Git::SubCommand* Git::Find(const Words& words) {
  static constexpr SubCommand kCommands[] = {
      {"config", 1, &Git::Configure}, {"rev-parse", 1, &Git::RevParse}, {"add", 1, &Git::Add},
      {"status", 1, &Git::Status},    {"commit", 1, &Git::Commit},      {"show", 2, &Git::Show},
      {"log", 1, &Git::Log},          {"remote", 1, &Git::RemoteNames}, {"fetch", 1, &Git::Fetch},
      {"merge", 1, &Git::Merge},      {"push", 1, &Git::Push},          {"pull", 1, &Git::Pull},
  };
  for (const SubCommand& command : kCommands) {
    if (command.name == words[0] && words.size() >= command.words) return &command;
  }
  return nullptr;
}

int Git::Run() {
  const SubCommand* command = Find(words_);
  if (command == nullptr) TheWorld().Unknown("git " + words_[0]);
  return (this->*command->run)();
}

// The work tree is checked out, and main follows origin/main.
int Clone(Task& task, const std::string& from, const std::string& to) {
  const std::optional<GitStore> remote = GitStore::Find(from);
  sim_mkdir(to.c_str(), 0755);
  if (!remote || !GitStore::Create(to + "/.git")) return kFatal;
  const std::optional<GitStore> store = GitStore::Find(to);
  const bool told = store && store->SetConfig("remote.origin.url", from) &&
                    store->SetConfig("branch.main.remote", "origin") &&
                    store->SetConfig("branch.main.merge", "refs/heads/main");
  if (!told) return kFatal;
  return remote->Ref(kBranch).empty() ? 0 : Git(task, *store, {"pull"}).Run();
}

// KEY=VALUE behind -c; what follows is the command.
std::optional<std::pair<std::string, std::string>> GivenConfig(const Words& words) {
  if (words.size() < 3 || words[0] != "-c") return std::nullopt;
  const size_t equals = words[1].find('=');
  if (equals == std::string::npos) return std::nullopt;
  return std::pair(words[1].substr(0, equals), words[1].substr(equals + 1));
}

}  // namespace

int RunGit(Task& task, const Words& words) {
  if (words.size() > 2 && words[0] == "-C") {
    task.options.directory = words[1];
    return RunGit(task, {words.begin() + 2, words.end()});
  }
  const std::string& here = task.options.directory;
  if (words.empty()) return 1;
  if (words[0] == "init") {
    const bool bare = words.size() > 1 && words[1] == "--bare";
    return GitStore::Create(bare ? here : here + "/.git") ? 0 : kFatal;
  }
  if (words[0] == "clone" && words.size() == 3) return Clone(task, words[1], words[2]);
  std::optional<GitStore> store = GitStore::Find(here);
  if (const auto given = GivenConfig(words); store && given) {
    store->Give(given->first, given->second);
    return Git(task, std::move(*store), {words.begin() + 2, words.end()}).Run();
  }
  if (store) return Git(task, std::move(*store), words).Run();
  task.errors += "fatal: not a git repository (or any of the parent directories): .git\n";
  return kFatal;
}

bool IsGitCommand(const Words& words) {
  const bool has_more = words.size() > 2 && (words[0] == "-C" || GivenConfig(words));
  if (has_more) return IsGitCommand({words.begin() + 2, words.end()});
  return words[0] == "init" || (words[0] == "clone" && words.size() == 3) || Git::Knows(words);
}

}  // namespace sim
