// From a path to an inode, as Linux walks: components from left to right, each looked up in a directory that
// the process may search, symbolic links on the way followed (at most 40 in one walk).
//
// The last component is left to the caller, who may want to create it, remove it or follow it:
//
//   Walk walk(process, root);
//   walk.Begin(path)        to the last component: name(), directory(), slash()
//   walk.Last()             inode(), or null if there is none
//   walk.IntoLink()         when inode() is a symbolic link: on to the last component of its target
//   walk.Resolve(path, ..)  all of this for a path that must exist
//
// Pointers are valid until names change. Nothing is allocated.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/kernel/inode.h"
#include "sim/kernel/outcome.h"
#include "sim/kernel/process.h"

namespace sim {

// 0, or -EACCES: the permission bits of the inode for this user; `want` of R_OK, W_OK and X_OK. The
// superuser may all but execute a file that nobody may execute.
Outcome Permission(const Process& process, const Inode& inode, int want);
// 0, or why an entry of the directory cannot be made: -ENOENT (it was removed) or -EACCES.
Outcome MayCreate(const Process& process, const Inode& directory);
// 0, or why the process may not remove `victim`, which must be a directory or must be none.
Outcome MayDelete(const Process& process, const Inode& directory, const Inode& victim, bool as_directory);

class Walk {
 public:
  enum class Kind { kName, kDot, kDotDot, kRoot };

  Walk(const Process& process, Inode& root) : process_(process), root_(root) {}

  Outcome Begin(std::string_view path);
  Outcome Last();
  Outcome IntoLink();
  Outcome Resolve(std::string_view path, bool follow);

  Kind kind() const { return kind_; }
  Inode& directory() const { return *at_; }
  std::string_view name() const { return name_; }
  bool slash() const { return slash_; }  // the last component has a slash behind it
  Inode* inode() const { return inode_; }

 private:
  static constexpr int kLinksMax = 40;

  Outcome Go(std::string_view rest);
  Outcome Enter(std::string_view name, std::string_view& rest);
  Outcome Lookup(std::string_view name, Inode*& inode) const;

  const Process& process_;
  Inode& root_;
  Inode* at_ = nullptr;
  Inode* inode_ = nullptr;
  Kind kind_ = Kind::kRoot;
  std::string_view name_;
  std::string stored_name_;  // where case is folded: as the directory has it
  bool slash_ = false;
  int links_ = 0;
  // What is to be walked behind the links that are being followed.
  std::array<std::string_view, kLinksMax> behind_;
  int depth_ = 0;
};

}  // namespace sim
