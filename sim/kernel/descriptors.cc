// Calls that make and end descriptors.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "sim/kernel/kernel.h"
#include "sim/kernel/names.h"
#include "sim/kernel/try.h"

namespace sim {
namespace {

constexpr int kDescriptorsMax = 1024;
constexpr int kLargeFile = 0100000;  // every description has it; the header's O_LARGEFILE is 0
constexpr int kForgotten = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;
constexpr int kChangeable = O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME;

Outcome LowestFree(const Process& process, int lowest) {
  for (auto it = process.files.lower_bound(lowest); it != process.files.end() && it->first == lowest; ++it) {
    ++lowest;
  }
  return lowest < kDescriptorsMax ? lowest : -EMFILE;
}

int Wanted(int flags) {
  constexpr int kByMode[] = {R_OK, W_OK, R_OK | W_OK, R_OK | W_OK};
  return kByMode[flags & O_ACCMODE] | ((flags & O_TRUNC) != 0 ? W_OK : 0);
}

}  // namespace

OpenFile* Kernel::FileOf(Process& process, int fd) {
  const auto it = process.files.find(fd);
  return it == process.files.end() ? nullptr : it->second.file.get();
}

// --- Open

Outcome Kernel::CreateFile(Process& process, Inode& directory, std::string_view name, uint32_t mode,
                           InodeRef& inode) {
  if (disk_.rules().read_only) return -EROFS;
  SIM_TRY(MayCreate(process, directory));
  inode = NewEntry(process, directory, InodeKind::kFile, mode & 07777 & ~process.umask);
  AddEntry(directory, name, inode);
  return 0;
}

Outcome Kernel::MayOpen(Process& process, const Inode& inode, int flags, bool directory) const {
  if ((flags & O_CREAT) != 0) {
    if ((flags & O_EXCL) != 0) return -EEXIST;
    if (inode.is_directory()) return -EISDIR;
  }
  if (directory && !inode.is_directory()) return -ENOTDIR;
  const int wanted = Wanted(flags);
  if (inode.kind == InodeKind::kSymlink) return -ELOOP;
  if (inode.is_directory() && (wanted & W_OK) != 0) return -EISDIR;
  const bool on_disk = inode.kind == InodeKind::kFile || inode.is_directory();
  if (disk_.rules().read_only && on_disk && (wanted & W_OK) != 0) return -EROFS;
  SIM_TRY(Permission(process, inode, wanted));
  return inode.kind == InodeKind::kSocket ? -ENXIO : 0;
}

Outcome Kernel::OpenInode(Process& process, std::string_view path, int flags, uint32_t mode,
                          InodeRef& inode) {
  if (path.starts_with("/proc/")) return ResolveProc(process, path, inode);
  const bool creates = (flags & O_CREAT) != 0;
  bool follow = (flags & O_NOFOLLOW) == 0 && !(creates && (flags & O_EXCL) != 0);
  bool directory = (flags & O_DIRECTORY) != 0;
  Walk walk(process, *root_);
  SIM_TRY(walk.Begin(path));
  for (;;) {
    if (walk.slash() && walk.kind() == Walk::Kind::kName) {
      if (creates) return -EISDIR;
      follow = directory = true;
    }
    SIM_TRY(walk.Last());
    if (walk.inode() == nullptr) {
      if (!creates) return -ENOENT;
      return CreateFile(process, walk.directory(), walk.name(), mode, inode);
    }
    if (walk.inode()->kind != InodeKind::kSymlink || !follow) break;
    SIM_TRY(walk.IntoLink());
  }
  SIM_TRY(MayOpen(process, *walk.inode(), flags, directory));
  inode = walk.inode()->shared_from_this();
  if ((flags & O_TRUNC) != 0 && inode->kind == InodeKind::kFile) {
    inode->emptied = inode->emptied || inode->content.size() > 0;
    disk_.Resize(*inode, 0);
    Touch(*inode);
  }
  return 0;
}

Outcome Kernel::Open(Process& process, std::string_view path, int flags, uint32_t mode) {
  constexpr int kBoth = O_CREAT | O_DIRECTORY;
  if ((flags & kBoth) == kBoth) return -EINVAL;
  const Outcome fd = LowestFree(process, 0);
  SIM_TRY(fd);
  InodeRef inode;
  SIM_TRY(OpenInode(process, path, flags, mode, inode));
  Descriptor descriptor{NewFile(std::move(inode), (flags & ~kForgotten) | kLargeFile),
                        (flags & O_CLOEXEC) != 0};
  process.files.emplace(static_cast<int>(fd), std::move(descriptor));
  return fd;
}

// What has no name: sockets, signals, processes.
Outcome Kernel::AddAnonymous(Process& process, InodeKind kind, uint64_t subject, bool close_on_exec) {
  const Outcome fd = LowestFree(process, 0);
  SIM_TRY(fd);
  const InodeRef inode = NewInode(kind, 0600);
  inode->uid = process.uid;
  inode->gid = process.gid;
  inode->subject = subject;
  process.files.emplace(static_cast<int>(fd), Descriptor{NewFile(inode, O_RDWR | O_NONBLOCK), close_on_exec});
  return fd;
}

// --- Close

void Kernel::GiveBack(Inode& inode) {
  if (inode.links == 0 && inode.opens == 0 && inode.kind == InodeKind::kFile) disk_.Released(inode);
}

void Kernel::LastClose(OpenFile& file) {
  Inode& inode = *file.inode;
  bool frees = inode.locks.ReleaseAll({0, &file});
  frees = inode.locks.Unflock(&file) || frees;
  if (frees) WakeLocks(inode);
  if (inode.kind == InodeKind::kPipe) {
    const int mode = file.flags & O_ACCMODE;
    if (mode != O_WRONLY) --inode.pipe->readers;
    if (mode != O_RDONLY) --inode.pipe->writers;
    WakePipe(inode);
  }
  if (inode.socket != nullptr) CloseSocket(*inode.socket, false);
  if (inode.emptied) {
    inode.emptied = false;
    disk_.FlushSoon(file.inode);
  }
  --inode.opens;
  GiveBack(inode);
}

// The descriptor is out of the table already; `descriptor` is the last reference but those of other tables.
void Kernel::Drop(Process& process, const Descriptor& descriptor) {
  Inode& inode = *descriptor.file->inode;
  if (inode.locks.ReleaseAll({process.pid, nullptr})) WakeLocks(inode);
  if (descriptor.file.use_count() == 1) LastClose(*descriptor.file);
}

Outcome Kernel::Close(Process& process, int fd) {
  const auto it = process.files.find(fd);
  if (it == process.files.end()) return -EBADF;
  const Descriptor descriptor = std::move(it->second);
  process.files.erase(it);
  Drop(process, descriptor);
  return 0;
}

// --- Duplicates and flags

Outcome Kernel::Dup(Process& process, int fd, int lowest, bool close_on_exec) {
  const auto it = process.files.find(fd);
  if (it == process.files.end()) return -EBADF;
  if (lowest < 0 || lowest >= kDescriptorsMax) return -EINVAL;
  const Outcome free = LowestFree(process, lowest);
  SIM_TRY(free);
  process.files.emplace(static_cast<int>(free), Descriptor{it->second.file, close_on_exec});
  return free;
}

Outcome Kernel::Dup2(Process& process, int fd, int to) {
  const auto it = process.files.find(fd);
  if (it == process.files.end() || to < 0 || to >= kDescriptorsMax) return -EBADF;
  if (fd == to) return to;
  const Descriptor old = std::exchange(process.files[to], Descriptor{it->second.file, false});
  if (old.file != nullptr) Drop(process, old);
  return to;
}

Outcome Kernel::GetFdFlags(Process& process, int fd) {
  const auto it = process.files.find(fd);
  if (it == process.files.end()) return -EBADF;
  return it->second.close_on_exec ? FD_CLOEXEC : 0;
}

Outcome Kernel::SetFdFlags(Process& process, int fd, int flags) {
  const auto it = process.files.find(fd);
  if (it == process.files.end()) return -EBADF;
  it->second.close_on_exec = (flags & FD_CLOEXEC) != 0;
  return 0;
}

Outcome Kernel::GetFlags(Process& process, int fd) {
  const OpenFile* file = FileOf(process, fd);
  return file == nullptr ? -EBADF : file->flags;
}

Outcome Kernel::SetFlags(Process& process, int fd, int flags) {
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  file->flags = (file->flags & ~kChangeable) | (flags & kChangeable);
  return 0;
}

}  // namespace sim
