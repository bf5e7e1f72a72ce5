// What a repository of the simulated git keeps, as files: each read and write is calls that can be delayed,
// failed and killed. Only as much of git as the program asks it for.
//
//   config              [section "name"] and key = value
//   HEAD                "ref: refs/heads/main"
//   refs/...            the name of a commit
//   objects/NAME        a file's content, or a commit: "parent NAME", "file BLOB PATH", one a line
//   index               "BLOB PATH", one a line; written as index.lock and renamed
//
// All is synced when it is written: what git loses with the power is not the point here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sim {

// Path below the work tree to the name of the blob.
using GitTree = std::map<std::string, std::string>;

struct GitCommit {
  std::vector<std::string> parents;
  GitTree tree;
};

class GitStore {
 public:
  // The repository of `directory` or above it; nothing if there is none.
  static std::optional<GitStore> Find(const std::string& directory);
  static bool Create(const std::string& git_dir);

  const std::string& git_dir() const { return git_dir_; }
  const std::string& work_tree() const { return work_tree_; }

  std::optional<std::string> Config(const std::string& key) const;
  // For this command only (git -c KEY=VALUE).
  void Give(const std::string& key, const std::string& value) { given_[key] = value; }
  bool SetConfig(const std::string& key, const std::string& value) const;

  // "" if it is unborn or not there.
  std::string Ref(const std::string& name) const;
  bool SetRef(const std::string& name, const std::string& commit) const;

  std::optional<std::string> Object(const std::string& name) const;
  static std::string NameOf(const std::string& bytes);
  // The name; nothing if it could not be written.
  std::optional<std::string> Store(const std::string& bytes) const;
  std::optional<GitCommit> Commit(const std::string& name) const;
  std::optional<std::string> StoreCommit(const GitCommit& commit) const;
  // All that the commit is made from, itself included, newest first; nothing if the repository is damaged.
  std::optional<std::vector<std::string>> History(const std::string& commit) const;
  bool CopyObjects(const GitStore& from, const std::string& commit) const;

  std::optional<GitTree> Index() const;
  // With the lock held.
  bool WriteIndexLock(const GitTree& tree) const;
  std::string IndexLock() const { return git_dir_ + "/index.lock"; }

 private:
  GitStore(std::string git_dir, std::string work_tree)
      : git_dir_(std::move(git_dir)), work_tree_(std::move(work_tree)) {}

  std::string git_dir_, work_tree_;           // of a bare one: the same
  std::map<std::string, std::string> given_;  // what -c said
};

// A file with this content under this name, on the disk.
bool WriteDurably(const std::string& path, const std::string& bytes);

}  // namespace sim
