#include "sim/programs/git_store.h"

#include <fcntl.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "engine/base/hash.h"
#include "sim/calls/calls.h"
#include "sim/programs/file_tools.h"
#include "sim/world/world.h"

namespace sim {

namespace {

// Names by path; lines "NAME PATH".
GitTree ReadTree(std::istream& in) {
  GitTree tree;
  std::string blob, path;
  while (in >> blob && std::getline(in >> std::ws, path)) tree[path] = blob;
  return tree;
}

bool Sync(const std::string& path) {
  const int fd = sim_open(path.c_str(), O_RDONLY);
  if (fd < 0) return false;
  const bool done = sim_fsync(fd) == 0;
  sim_close(fd);
  return done;
}

bool IsThere(const std::string& path) { return TheWorld().kernel().Find(path) != nullptr; }

// "remote.origin.url": the section as it stands in the file, and the key.
std::pair<std::string, std::string> SectionAndKey(const std::string& name) {
  const size_t first = name.find('.'), last = name.rfind('.');
  std::string section = name.substr(0, first);
  if (last != first) section += " \"" + name.substr(first + 1, last - first - 1) + '"';
  return {"[" + section + "]", name.substr(last + 1)};
}

}  // namespace

bool WriteDurably(const std::string& path, const std::string& bytes) {
  const std::string temporary = path + "." + std::to_string(TheWorld().running().process->pid);
  const bool placed = WriteInPlace(temporary, bytes, O_TRUNC) && Sync(temporary) &&
                      sim_rename(temporary.c_str(), path.c_str()) == 0;
  // Where directories cannot be synced, git goes on.
  if (placed) Sync(path.substr(0, path.rfind('/')));
  return placed;
}

std::optional<GitStore> GitStore::Find(const std::string& directory) {
  if (IsThere(directory + "/HEAD")) return GitStore(directory, directory);
  for (std::string at = directory; !at.empty(); at = at.substr(0, at.rfind('/'))) {
    if (IsThere(at + "/.git/HEAD")) return GitStore(at + "/.git", at);
  }
  return std::nullopt;
}

bool GitStore::Create(const std::string& git_dir) {
  for (const char* part :
       {"", "/objects", "/hooks", "/refs", "/refs/heads", "/refs/remotes", "/refs/remotes/origin"}) {
    sim_mkdir((git_dir + part).c_str(), 0755);
  }
  return WriteDurably(git_dir + "/config", "[core]\n\tbare = false\n") &&
         WriteDurably(git_dir + "/HEAD", "ref: refs/heads/main\n");
}

std::optional<std::string> GitStore::Config(const std::string& key) const {
  if (const auto given = given_.find(key); given != given_.end()) return given->second;
  const auto [section, name] = SectionAndKey(key);
  std::istringstream text(ReadWhole(git_dir_ + "/config").value_or(""));
  std::string line, present;
  while (std::getline(text, line)) {
    if (line.starts_with('[')) present = line;
    const std::string head = "\t" + name + " = ";
    if (present == section && line.starts_with(head)) return line.substr(head.size());
  }
  return std::nullopt;
}

bool GitStore::SetConfig(const std::string& key, const std::string& value) const {
  const auto [section, name] = SectionAndKey(key);
  const std::string lock = git_dir_ + "/config.lock";
  const int fd = sim_open(lock.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (fd < 0) return false;
  sim_close(fd);
  std::istringstream text(ReadWhole(git_dir_ + "/config").value_or(""));
  std::string line, present, changed;
  while (std::getline(text, line)) {
    if (line.starts_with('[')) present = line;
    if (present == section && line.starts_with("\t" + name + " = ")) continue;
    changed += line + '\n';
  }
  // A later section of the same name is as good as the first.
  changed += section + "\n\t" + name + " = " + value + '\n';
  if (WriteInPlace(lock, changed, O_TRUNC) && Sync(lock))
    return sim_rename(lock.c_str(), (git_dir_ + "/config").c_str()) == 0;
  sim_unlink(lock.c_str());
  return false;
}

std::string GitStore::Ref(const std::string& name) const {
  const std::string text = ReadWhole(git_dir_ + "/" + name).value_or("");
  return text.substr(0, text.find('\n'));
}

bool GitStore::SetRef(const std::string& name, const std::string& commit) const {
  return WriteDurably(git_dir_ + "/" + name, commit + '\n');
}

std::optional<std::string> GitStore::Object(const std::string& name) const {
  return ReadWhole(git_dir_ + "/objects/" + name);
}

std::string GitStore::NameOf(const std::string& bytes) { return bd::Sha256Hex(bytes).substr(0, 40); }

std::optional<std::string> GitStore::Store(const std::string& bytes) const {
  std::string name = NameOf(bytes);
  const std::string path = git_dir_ + "/objects/" + name;
  if (IsThere(path) || WriteDurably(path, bytes)) return name;
  return std::nullopt;
}

std::optional<GitCommit> GitStore::Commit(const std::string& name) const {
  const std::optional<std::string> text = Object(name);
  if (!text || !text->starts_with("commit\n")) return std::nullopt;
  GitCommit commit;
  std::istringstream in(*text);
  std::string word;
  std::getline(in, word);
  while (in >> word && word == "parent") in >> commit.parents.emplace_back();
  std::getline(in, word);
  commit.tree = ReadTree(in);
  return commit;
}

std::optional<std::string> GitStore::StoreCommit(const GitCommit& commit) const {
  std::string text = "commit\n";
  for (const std::string& parent : commit.parents) text += "parent " + parent + '\n';
  text += "tree\n";
  for (const auto& [path, blob] : commit.tree) text += blob + ' ' + path + '\n';
  return Store(text);
}

std::optional<std::vector<std::string>> GitStore::History(const std::string& commit) const {
  std::vector<std::string> order;
  std::set<std::string> seen;
  std::vector<std::string> next{commit};
  while (!next.empty()) {
    std::vector<std::string> later;
    for (const std::string& name : next) {
      if (name.empty() || !seen.insert(name).second) continue;
      order.push_back(name);
      const std::optional<GitCommit> one = Commit(name);
      if (!one) return std::nullopt;
      later.insert(later.end(), one->parents.begin(), one->parents.end());
    }
    next = std::move(later);
  }
  return order;
}

bool GitStore::CopyObjects(const GitStore& from, const std::string& commit) const {
  const std::optional<std::vector<std::string>> history = from.History(commit);
  if (!history) return false;
  // Oldest first: a commit that is here has all that it is made from.
  for (auto name = history->rbegin(); name != history->rend(); ++name) {
    if (IsThere(git_dir_ + "/objects/" + *name)) continue;
    const std::optional<GitCommit> one = from.Commit(*name);
    if (!one) return false;
    for (const auto& [path, blob] : one->tree) {
      const std::optional<std::string> bytes = from.Object(blob);
      if (!bytes || !Store(*bytes)) return false;
    }
    const std::optional<std::string> text = from.Object(*name);
    if (!text || !Store(*text)) return false;
  }
  return true;
}

std::optional<GitTree> GitStore::Index() const {
  const std::string path = git_dir_ + "/index";
  if (!IsThere(path)) return GitTree();
  const std::optional<std::string> text = ReadWhole(path);
  if (!text) return std::nullopt;
  std::istringstream in(*text);
  return ReadTree(in);
}

bool GitStore::WriteIndexLock(const GitTree& tree) const {
  std::string text;
  for (const auto& [path, blob] : tree) text += blob + ' ' + path + '\n';
  return WriteInPlace(IndexLock(), text, O_TRUNC) && Sync(IndexLock()) &&
         sim_rename(IndexLock().c_str(), (git_dir_ + "/index").c_str()) == 0;
}

}  // namespace sim
