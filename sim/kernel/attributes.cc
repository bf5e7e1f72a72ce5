// Calls that tell and change what an inode is, and where a process is.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sim/kernel/kernel.h"
#include "sim/kernel/names.h"
#include "sim/kernel/try.h"

namespace sim {
namespace {

constexpr dev_t kDevice = 0x801;

mode_t TypeBits(InodeKind kind) {
  switch (kind) {
    case InodeKind::kFile: return S_IFREG;
    case InodeKind::kDirectory: return S_IFDIR;
    case InodeKind::kSymlink: return S_IFLNK;
    case InodeKind::kPipe: return S_IFIFO;
    case InodeKind::kSocket: return S_IFSOCK;
    case InodeKind::kText: return S_IFREG;
    case InodeKind::kSignals:
    case InodeKind::kProcess: return 0;
    case InodeKind::kRandom:
    case InodeKind::kNull:
    case InodeKind::kFull: break;
  }
  return S_IFCHR;
}

timespec Time(int64_t ns) {
  timespec time{};
  time.tv_sec = ns / 1'000'000'000;
  time.tv_nsec = ns % 1'000'000'000;
  return time;
}

void FillStat(const Inode& inode, struct stat& out) {
  out = {};
  out.st_dev = kDevice;
  out.st_ino = inode.id;
  out.st_mode = TypeBits(inode.kind) | inode.mode;
  out.st_nlink = static_cast<nlink_t>(inode.links);
  out.st_uid = inode.uid;
  out.st_gid = inode.gid;
  out.st_blksize = kBlockSize;
  out.st_size = inode.size();
  out.st_mtim = Time(inode.mtime_ns);
  out.st_ctim = Time(inode.ctime_ns);
  out.st_atim = Time(inode.atime_ns);
  switch (inode.kind) {
    case InodeKind::kFile: out.st_blocks = inode.content.blocks() * (kBlockSize / 512); break;
    case InodeKind::kDirectory: out.st_blocks = kBlockSize / 512; break;
    case InodeKind::kSymlink: break;
    case InodeKind::kNull: out.st_rdev = makedev(1, 3); break;
    case InodeKind::kFull: out.st_rdev = makedev(1, 7); break;
    case InodeKind::kRandom: out.st_rdev = makedev(1, 9); break;
    case InodeKind::kPipe:
    case InodeKind::kSignals:
    case InodeKind::kProcess: out.st_nlink = 1; break;
    case InodeKind::kSocket:
      if (inode.socket != nullptr) out.st_nlink = 1;
      break;
    case InodeKind::kText: break;
  }
}

}  // namespace

// --- Telling

Outcome Kernel::Stat(Process& process, std::string_view path, struct stat& out, bool follow) {
  Inode* inode = nullptr;
  SIM_TRY(Resolve(process, path, follow, inode));
  FillStat(*inode, out);
  return 0;
}

Outcome Kernel::StatFd(Process& process, int fd, struct stat& out) {
  const OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  FillStat(*file->inode, out);
  return 0;
}

Outcome Kernel::Statfs(Process& process, std::string_view path, struct statfs& out) {
  Inode* inode = nullptr;
  SIM_TRY(Resolve(process, path, true, inode));
  out = {};
  out.f_type = static_cast<__fsword_t>(disk_.rules().type);
  out.f_bsize = out.f_frsize = kBlockSize;
  out.f_blocks = static_cast<fsblkcnt_t>(disk_.rules().capacity / kBlockSize);
  out.f_bfree = out.f_bavail = static_cast<fsblkcnt_t>(std::max<int64_t>(0, disk_.FreeBlocks()));
  out.f_files = 1 << 20;
  out.f_ffree = out.f_files - std::min<uint64_t>(out.f_files, last_inode_);
  out.f_namelen = 255;
  return 0;
}

Outcome Kernel::Access(Process& process, std::string_view path, int mode) {
  if ((mode & ~(R_OK | W_OK | X_OK)) != 0) return -EINVAL;
  Inode* inode = nullptr;
  SIM_TRY(Resolve(process, path, true, inode));
  const bool on_disk = inode->kind == InodeKind::kFile || inode->is_directory();
  if (disk_.rules().read_only && on_disk && (mode & W_OK) != 0) return -EROFS;
  return Permission(process, *inode, mode);
}

Outcome Kernel::ReadLink(Process& process, std::string_view path, std::string& target) {
  if (path == "/proc/self/exe") {
    target = process.program;
    return target.empty() ? -ENOENT : static_cast<Outcome>(target.size());
  }
  Inode* inode = nullptr;
  SIM_TRY(Resolve(process, path, false, inode));
  if (inode->kind != InodeKind::kSymlink) return -EINVAL;
  target = inode->target;
  return static_cast<Outcome>(target.size());
}

Outcome Kernel::ListDirectory(Process& process, int fd, std::vector<DirectoryEntry>& entries) {
  entries.clear();
  const OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  if (!file->inode->is_directory()) return -ENOTDIR;
  if (file->inode->links == 0) return -ENOENT;
  for (const auto& [name, inode] : file->inode->entries) entries.push_back({name, inode->id, inode->kind});
  return 0;
}

// --- Where a process is

Outcome Kernel::ChangeDirectory(Process& process, std::string_view path) {
  Inode* inode = nullptr;
  SIM_TRY(Resolve(process, path, true, inode));
  if (!inode->is_directory()) return -ENOTDIR;
  SIM_TRY(Permission(process, *inode, X_OK));
  process.directory = inode->shared_from_this();
  return 0;
}

Outcome Kernel::CurrentDirectory(Process& process, std::string& path) {
  path.clear();
  for (const Inode* at = process.directory.get(); at != root_.get(); at = at->parent) {
    if (at->links == 0) return -ENOENT;
    const Entries& siblings = at->parent->entries;
    const auto it = std::find_if(siblings.begin(), siblings.end(),
                                 [at](const auto& entry) { return entry.second.get() == at; });
    path.insert(0, "/" + it->first);
  }
  if (path.empty()) path = "/";
  return static_cast<Outcome>(path.size());
}

// --- Changing

Outcome Kernel::SetMode(const Process& process, Inode& inode, uint32_t mode) {
  const bool has_no_name = inode.socket != nullptr;
  if (disk_.rules().read_only && !has_no_name) return -EROFS;
  if (process.uid != 0 && process.uid != inode.uid) return -EPERM;
  if (process.uid != 0 && process.gid != inode.gid) mode &= ~uint32_t{S_ISGID};
  inode.mode = mode & 07777;
  inode.ctime_ns = Now();
  return 0;
}

Outcome Kernel::ChangeMode(Process& process, std::string_view path, uint32_t mode) {
  Inode* inode = nullptr;
  SIM_TRY(Resolve(process, path, true, inode));
  return SetMode(process, *inode, mode);
}

Outcome Kernel::ChangeModeFd(Process& process, int fd, uint32_t mode) {
  const OpenFile* file = FileOf(process, fd);
  return file == nullptr ? -EBADF : SetMode(process, *file->inode, mode);
}

Outcome Kernel::ChangeOwnerFd(Process& process, int fd, uint32_t uid, uint32_t gid) {
  constexpr uint32_t kSame = ~uint32_t{0};
  const OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  if (disk_.rules().read_only) return -EROFS;
  Inode& inode = *file->inode;
  if (process.uid != 0) {
    const bool owns = process.uid == inode.uid;
    if (uid != kSame && !(owns && uid == inode.uid)) return -EPERM;
    if (gid != kSame && !(owns && (gid == process.gid || gid == inode.gid))) return -EPERM;
  }
  if (uid != kSame) inode.uid = uid;
  if (gid != kSame) inode.gid = gid;
  if (!inode.is_directory()) inode.mode &= ~uint32_t{S_ISUID};
  inode.ctime_ns = Now();
  return 0;
}

Outcome Kernel::SetMtime(const Process& process, Inode& inode, std::optional<int64_t> mtime_ns) {
  if (disk_.rules().read_only) return -EROFS;
  if (process.uid != 0 && process.uid != inode.uid) {
    if (mtime_ns.has_value()) return -EPERM;
    SIM_TRY(Permission(process, inode, W_OK));
  }
  inode.ctime_ns = Now();
  inode.mtime_ns = mtime_ns.value_or(inode.ctime_ns);
  return 0;
}

Outcome Kernel::SetTimes(Process& process, std::string_view path, std::optional<int64_t> mtime_ns) {
  Inode* inode = nullptr;
  SIM_TRY(Resolve(process, path, true, inode));
  return SetMtime(process, *inode, mtime_ns);
}

Outcome Kernel::SetTimesFd(Process& process, int fd, std::optional<int64_t> mtime_ns) {
  const OpenFile* file = FileOf(process, fd);
  return file == nullptr ? -EBADF : SetMtime(process, *file->inode, mtime_ns);
}

}  // namespace sim
