// Calls that make and remove names. The order of the checks is that of Linux: it decides which error is told.
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <cerrno>

#include "sim/kernel/kernel.h"
#include "sim/kernel/names.h"
#include "sim/kernel/try.h"

namespace sim {
namespace {

constexpr int64_t kTargetMax = 4095;  // ext4: one block

// To the last component of a name that is to be made: it must not exist.
Outcome WalkToNew(Walk& walk, std::string_view path, bool makes_directory, const DiskRules& rules) {
  SIM_TRY(walk.Begin(path));
  if (walk.kind() != Walk::Kind::kName) return -EEXIST;
  SIM_TRY(walk.Last());
  if (walk.inode() != nullptr) return -EEXIST;
  if (walk.slash() && !makes_directory) return -ENOENT;
  return rules.read_only ? -EROFS : 0;
}

}  // namespace

Outcome Kernel::Resolve(Process& process, std::string_view path, bool follow, Inode*& inode) const {
  if (path.starts_with("/proc/")) {
    SIM_TRY(ResolveProc(process, path, looked_at_));
    inode = looked_at_.get();
    return 0;
  }
  Walk walk(process, *root_);
  SIM_TRY(walk.Resolve(path, follow));
  inode = walk.inode();
  return 0;
}

// --- What all have in common

void Kernel::AddEntry(Inode& directory, std::string_view name, const InodeRef& inode) {
  Operation operation;
  operation.first = {directory.shared_from_this(), std::string(name), inode};
  disk_.Apply(std::move(operation));
  if (inode->is_directory()) {
    inode->links = 2;
    inode->parent = &directory;
    ++directory.links;
  } else {
    ++inode->links;
  }
  Touch(directory);
}

// A name in `directory` that stood for `inode` is gone.
void Kernel::Removed(Inode& directory, Inode& inode) {
  if (inode.is_directory()) {
    inode.links = 0;
    inode.removed_from = directory.shared_from_this();
    --directory.links;
  } else {
    --inode.links;
    GiveBack(inode);
  }
  inode.ctime_ns = Now();
}

void Kernel::RemoveEntry(Inode& directory, std::string_view name, const InodeRef& inode) {
  Operation operation;
  operation.first = {directory.shared_from_this(), std::string(name), nullptr};
  operation.moves_directory = inode->is_directory();
  disk_.Apply(std::move(operation));
  Removed(directory, *inode);
  Touch(directory);
}

// --- Making

Outcome Kernel::MakeDirectory(Process& process, std::string_view path, uint32_t mode) {
  Walk walk(process, *root_);
  SIM_TRY(WalkToNew(walk, path, true, disk_.rules()));
  SIM_TRY(MayCreate(process, walk.directory()));
  AddEntry(walk.directory(), walk.name(),
           NewEntry(process, walk.directory(), InodeKind::kDirectory, mode & 01777 & ~process.umask));
  return 0;
}

Outcome Kernel::Symlink(Process& process, std::string_view target, std::string_view path) {
  if (target.empty()) return -ENOENT;
  if (target.size() >= PATH_MAX) return -ENAMETOOLONG;
  Walk walk(process, *root_);
  SIM_TRY(WalkToNew(walk, path, false, disk_.rules()));
  SIM_TRY(MayCreate(process, walk.directory()));
  if (static_cast<int64_t>(target.size()) > kTargetMax) return -ENAMETOOLONG;
  const InodeRef link = NewEntry(process, walk.directory(), InodeKind::kSymlink, 0777);
  link->target = target;
  AddEntry(walk.directory(), walk.name(), link);
  return 0;
}

Outcome Kernel::Link(Process& process, std::string_view from, std::string_view to) {
  Inode* inode = nullptr;
  SIM_TRY(Resolve(process, from, false, inode));
  Walk walk(process, *root_);
  SIM_TRY(WalkToNew(walk, to, false, disk_.rules()));
  // fs.protected_hardlinks, which distributions switch on.
  const bool owns = process.uid == 0 || process.uid == inode->uid;
  const bool safe = inode->kind == InodeKind::kFile && Permission(process, *inode, R_OK | W_OK) == 0;
  if (!owns && !safe) return -EPERM;
  SIM_TRY(MayCreate(process, walk.directory()));
  if (inode->is_directory() || !disk_.rules().hard_links) return -EPERM;
  inode->ctime_ns = Now();
  AddEntry(walk.directory(), walk.name(), inode->shared_from_this());
  return 0;
}

// --- Removing

Outcome Kernel::RemoveDirectory(Process& process, std::string_view path) {
  Walk walk(process, *root_);
  SIM_TRY(walk.Begin(path));
  switch (walk.kind()) {
    case Walk::Kind::kDot: return -EINVAL;
    case Walk::Kind::kDotDot: return -ENOTEMPTY;
    case Walk::Kind::kRoot: return -EBUSY;
    case Walk::Kind::kName: break;
  }
  if (disk_.rules().read_only) return -EROFS;
  SIM_TRY(walk.Last());
  if (walk.inode() == nullptr) return -ENOENT;
  SIM_TRY(MayDelete(process, walk.directory(), *walk.inode(), true));
  if (!walk.inode()->entries.empty()) return -ENOTEMPTY;
  RemoveEntry(walk.directory(), walk.name(), walk.inode()->shared_from_this());
  return 0;
}

Outcome Kernel::Unlink(Process& process, std::string_view path) {
  Walk walk(process, *root_);
  SIM_TRY(walk.Begin(path));
  if (walk.kind() != Walk::Kind::kName) return -EISDIR;
  if (disk_.rules().read_only) return -EROFS;
  SIM_TRY(walk.Last());
  if (walk.inode() == nullptr) return -ENOENT;
  if (walk.slash()) return walk.inode()->is_directory() ? -EISDIR : -ENOTDIR;
  SIM_TRY(MayDelete(process, walk.directory(), *walk.inode(), false));
  RemoveEntry(walk.directory(), walk.name(), walk.inode()->shared_from_this());
  return 0;
}

}  // namespace sim
