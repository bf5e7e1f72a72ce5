#include "sim/kernel/names.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sim/kernel/try.h"

namespace sim {
namespace {

char Folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool AreSameFolded(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return Folded(a) == Folded(b); });
}

std::string_view SkipSlashes(std::string_view path) {
  size_t at = 0;
  while (at < path.size() && path[at] == '/') ++at;
  return path.substr(at);
}

}  // namespace

Outcome Permission(const Process& process, const Inode& inode, int want) {
  if (process.uid == 0) {
    const bool executes = (want & X_OK) != 0 && !inode.is_directory();
    return executes && (inode.mode & 0111) == 0 ? -EACCES : 0;
  }
  uint32_t bits = inode.mode;
  if (process.uid == inode.uid) {
    bits >>= 6;
  } else if (process.gid == inode.gid) {
    bits >>= 3;
  }
  const auto wanted = static_cast<uint32_t>(want);
  return (bits & 7 & wanted) == wanted ? 0 : -EACCES;
}

Outcome MayCreate(const Process& process, const Inode& directory) {
  if (directory.links == 0) return -ENOENT;
  return Permission(process, directory, W_OK | X_OK);
}

Outcome MayDelete(const Process& process, const Inode& directory, const Inode& victim, bool as_directory) {
  SIM_TRY(Permission(process, directory, W_OK | X_OK));
  const bool sticky = (directory.mode & S_ISVTX) != 0;
  const bool owns = process.uid == 0 || process.uid == victim.uid || process.uid == directory.uid;
  if (sticky && !owns) return -EPERM;
  if (as_directory && !victim.is_directory()) return -ENOTDIR;
  if (!as_directory && victim.is_directory()) return -EISDIR;
  return directory.links == 0 ? -ENOENT : 0;
}

Outcome Walk::Lookup(std::string_view name, Inode*& inode) const {
  if (at_->links == 0) return -ENOENT;  // a removed directory does not even look at the name
  if (name.size() > NAME_MAX) return -ENAMETOOLONG;
  auto it = at_->entries.find(name);
  if (it == at_->entries.end() && root_.folds_case) {
    it = std::find_if(at_->entries.begin(), at_->entries.end(),
                      [name](const auto& entry) { return AreSameFolded(entry.first, name); });
  }
  inode = it == at_->entries.end() ? nullptr : it->second.get();
  return 0;
}

// One step down; `rest` is what is to be walked then.
Outcome Walk::Enter(std::string_view name, std::string_view& rest) {
  if (name == ".") return 0;
  if (name == "..") {
    at_ = at_->parent;
    return 0;
  }
  Inode* next = nullptr;
  SIM_TRY(Lookup(name, next));
  if (next == nullptr) return -ENOENT;
  if (next->kind == InodeKind::kSymlink) {
    if (links_++ >= kLinksMax) return -ELOOP;
    if (!rest.empty()) behind_[static_cast<size_t>(depth_++)] = rest;
    rest = next->target;
    if (rest.front() == '/') at_ = &root_;
    return 0;
  }
  if (!next->is_directory()) return -ENOTDIR;
  at_ = next;
  return 0;
}

Outcome Walk::Go(std::string_view rest) {
  kind_ = Kind::kRoot;
  name_ = {};
  for (;;) {
    rest = SkipSlashes(rest);
    if (rest.empty()) {
      if (depth_ == 0) return 0;  // nothing but slashes
      rest = behind_[static_cast<size_t>(--depth_)];
      continue;
    }
    SIM_TRY(Permission(process_, *at_, X_OK));
    const size_t length = std::min(rest.find('/'), rest.size());
    const std::string_view name = rest.substr(0, length);
    const bool slash = length < rest.size();
    rest = SkipSlashes(rest.substr(length));
    if (rest.empty() && depth_ == 0) {
      name_ = name;
      slash_ = slash;
      kind_ = name == "." ? Kind::kDot : name == ".." ? Kind::kDotDot : Kind::kName;
      return 0;
    }
    SIM_TRY(Enter(name, rest));
  }
}

Outcome Walk::Begin(std::string_view path) {
  if (path.empty()) return -ENOENT;
  if (path.size() >= PATH_MAX) return -ENAMETOOLONG;
  at_ = path.front() == '/' ? &root_ : process_.directory.get();
  return Go(path);
}

Outcome Walk::Last() {
  switch (kind_) {
    case Kind::kRoot:
    case Kind::kDot: inode_ = at_; return 0;
    case Kind::kDotDot: inode_ = at_->parent; return 0;
    case Kind::kName: break;
  }
  SIM_TRY(Lookup(name_, inode_));
  if (inode_ == nullptr || !root_.folds_case) return 0;
  const auto stored = std::find_if(at_->entries.begin(), at_->entries.end(),
                                   [this](const auto& entry) { return entry.second.get() == inode_; });
  stored_name_ = stored->first;
  name_ = stored_name_;
  return 0;
}

Outcome Walk::IntoLink() {
  if (links_++ >= kLinksMax) return -ELOOP;
  const std::string_view target = inode_->target;
  if (target.front() == '/') at_ = &root_;
  slash_ = false;
  return Go(target);
}

Outcome Walk::Resolve(std::string_view path, bool follow) {
  bool directory = false;  // a slash somewhere behind the last name
  SIM_TRY(Begin(path));
  for (;;) {
    SIM_TRY(Last());
    if (inode_ == nullptr) return -ENOENT;
    directory = directory || slash_;
    if (inode_->kind != InodeKind::kSymlink || !(follow || directory)) break;
    SIM_TRY(IntoLink());
  }
  return directory && !inode_->is_directory() ? -ENOTDIR : 0;
}

}  // namespace sim
