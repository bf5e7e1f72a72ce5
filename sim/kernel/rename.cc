// Renaming and exchanging names. The order of the checks is that of Linux: it decides which error is told.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "sim/kernel/kernel.h"
#include "sim/kernel/names.h"
#include "sim/kernel/try.h"

namespace sim {
namespace {

// `inode` is `directory`, or has it below itself.
bool Contains(const Inode& inode, const Inode& directory) {
  const Inode* at = &directory;
  while (at != &inode && at->parent != at) at = at->parent;
  return at == &inode;
}

// What can be said of the two names before permissions are asked for.
Outcome CheckShape(const Walk& from, const Walk& to, bool exchanges, bool replaces) {
  const Inode& source = *from.inode();
  const Inode* target = to.inode();
  if (!replaces && target != nullptr) return -EEXIST;
  if (exchanges) {
    if (target == nullptr) return -ENOENT;
    if (!target->is_directory() && to.slash()) return -ENOTDIR;
  }
  if (!source.is_directory() && (from.slash() || (!exchanges && to.slash()))) return -ENOTDIR;
  if (source.is_directory() && Contains(source, to.directory())) return -EINVAL;
  if (target != nullptr && target->is_directory() && Contains(*target, from.directory())) {
    return exchanges ? -EINVAL : -ENOTEMPTY;
  }
  return 0;
}

Outcome CheckPermissions(const Process& process, const Walk& from, const Walk& to, bool exchanges) {
  const Inode& source = *from.inode();
  const Inode* target = to.inode();
  SIM_TRY(MayDelete(process, from.directory(), source, source.is_directory()));
  if (target == nullptr) {
    SIM_TRY(MayCreate(process, to.directory()));
  } else {
    const bool as_directory = exchanges ? target->is_directory() : source.is_directory();
    SIM_TRY(MayDelete(process, to.directory(), *target, as_directory));
  }
  // A directory that gets another parent is written to: its "..".
  if (&from.directory() == &to.directory()) return 0;
  if (source.is_directory()) SIM_TRY(Permission(process, source, W_OK));
  if (exchanges && target->is_directory()) SIM_TRY(Permission(process, *target, W_OK));
  return 0;
}

void GiveParent(Inode& inode, Inode& from, Inode& to) {
  if (!inode.is_directory()) return;
  --from.links;
  ++to.links;
  inode.parent = &to;
}

}  // namespace

void Kernel::Exchange(Inode& from, std::string_view from_name, Inode& to, std::string_view to_name) {
  const InodeRef first = from.entries.find(from_name)->second;
  const InodeRef second = to.entries.find(to_name)->second;
  Operation operation;
  operation.first = {from.shared_from_this(), std::string(from_name), second};
  operation.second = {to.shared_from_this(), std::string(to_name), first};
  operation.moves_directory = first->is_directory() || second->is_directory();
  disk_.Apply(std::move(operation));
  GiveParent(*first, from, to);
  GiveParent(*second, to, from);
  first->ctime_ns = second->ctime_ns = Now();
  Touch(from);
  Touch(to);
}

void Kernel::Move(Inode& from, std::string_view from_name, Inode& to, std::string_view to_name) {
  const InodeRef inode = from.entries.find(from_name)->second;
  const auto old = to.entries.find(to_name);
  const InodeRef replaced = old == to.entries.end() ? nullptr : old->second;
  Operation operation;
  operation.first = {from.shared_from_this(), std::string(from_name), nullptr};
  operation.second = {to.shared_from_this(), std::string(to_name), inode};
  operation.moves_directory = inode->is_directory();
  if (replaced != nullptr && inode->kind == InodeKind::kFile) {
    operation.flushed = inode;
    operation.flushed_version = inode->content.version();
  }
  disk_.Apply(std::move(operation));
  GiveParent(*inode, from, to);
  if (replaced != nullptr) Removed(to, *replaced);
  inode->ctime_ns = Now();
  Touch(from);
  Touch(to);
}

Outcome Kernel::Rename(Process& process, std::string_view from, std::string_view to, unsigned flags) {
  const bool exchanges = flags == RENAME_EXCHANGE;
  const bool replaces = (flags & RENAME_NOREPLACE) == 0;
  if (flags != 0 && flags != RENAME_NOREPLACE && flags != RENAME_EXCHANGE) return -EINVAL;
  if (exchanges && !disk_.rules().exchange) return -EINVAL;
  Walk source(process, *root_);
  Walk target(process, *root_);
  SIM_TRY(source.Begin(from));
  SIM_TRY(target.Begin(to));
  if (source.kind() != Walk::Kind::kName) return -EBUSY;
  if (target.kind() != Walk::Kind::kName) return replaces ? -EBUSY : -EEXIST;
  if (disk_.rules().read_only) return -EROFS;
  SIM_TRY(source.Last());
  if (source.inode() == nullptr) return -ENOENT;
  SIM_TRY(target.Last());
  SIM_TRY(CheckShape(source, target, exchanges, replaces));
  if (source.inode() == target.inode()) return 0;
  SIM_TRY(CheckPermissions(process, source, target, exchanges));
  if (exchanges) {
    Exchange(source.directory(), source.name(), target.directory(), target.name());
    return 0;
  }
  if (target.inode() != nullptr && !target.inode()->entries.empty()) return -ENOTEMPTY;
  Move(source.directory(), source.name(), target.directory(), target.name());
  return 0;
}

}  // namespace sim
