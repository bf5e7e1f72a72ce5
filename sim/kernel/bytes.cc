// Calls that read, write and sync what a descriptor has open.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sim/kernel/kernel.h"
#include "sim/kernel/try.h"

namespace sim {
namespace {

constexpr int64_t kCountMax = 0x7ffff000;
constexpr int64_t kPageSize = 4096;
constexpr int kWhenceMax = 4;  // SEEK_HOLE

bool Reads(const OpenFile& file) { return (file.flags & O_ACCMODE) != O_WRONLY; }
bool Writes(const OpenFile& file) { return (file.flags & O_ACCMODE) != O_RDONLY; }
// Bytes come and go in a row: there is no place in them.
bool IsStream(const OpenFile& file) {
  return file.inode->kind == InodeKind::kPipe || file.inode->kind == InodeKind::kSocket;
}

}  // namespace

// --- Reading

Outcome Kernel::ReadAt(Process& process, OpenFile& file, void* to, int64_t count, int64_t offset) {
  if (!Reads(file)) return -EBADF;
  count = std::min(count, kCountMax);
  switch (file.inode->kind) {
    case InodeKind::kFile: return file.inode->content.Read(to, count, offset);
    case InodeKind::kDirectory: return -EISDIR;
    case InodeKind::kSymlink: return -EINVAL;
    case InodeKind::kNull: return 0;
    case InodeKind::kFull: memset(to, 0, static_cast<size_t>(count)); return count;
    case InodeKind::kPipe: return TakeFromPipe(&process, file, to, count);
    case InodeKind::kSocket: return count == 0 ? 0 : TakeFromSocket(*file.inode->socket, to, count);
    case InodeKind::kSignals: return TakeSignal(process, file.inode->subject, to, count);
    case InodeKind::kProcess: return -EINVAL;
    case InodeKind::kText: {
      const std::string_view text = file.inode->target;
      const auto at = std::min(static_cast<size_t>(offset), text.size());
      return static_cast<Outcome>(text.copy(static_cast<char*>(to), static_cast<size_t>(count), at));
    }
    case InodeKind::kRandom: break;
  }
  auto* bytes = static_cast<unsigned char*>(to);
  for (int64_t i = 0; i < count; ++i) bytes[i] = static_cast<unsigned char>(noise_.Next());
  return count;
}

Outcome Kernel::Read(Process& process, int fd, void* to, int64_t count) {
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  const Outcome outcome = ReadAt(process, *file, to, count, file->offset);
  const InodeKind kind = file->inode->kind;
  if (outcome > 0 && (kind == InodeKind::kFile || kind == InodeKind::kText)) file->offset += outcome;
  return outcome;
}

Outcome Kernel::Pread(Process& process, int fd, void* to, int64_t count, int64_t offset) {
  if (offset < 0) return -EINVAL;
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  if (IsStream(*file)) return -ESPIPE;
  return ReadAt(process, *file, to, count, offset);
}

// --- Writing

Outcome Kernel::WriteFile(Inode& inode, const void* from, int64_t count, int64_t offset) {
  if (disk_.rules().read_only) return -EROFS;
  if (count == 0) return 0;
  if (offset >= inode.content.size_max()) return -EFBIG;
  count = std::min(count, inode.content.size_max() - offset);
  Touch(inode);
  count = disk_.Room(inode.content, offset, count);
  if (count == 0) return -ENOSPC;
  disk_.Write(inode, from, count, offset);
  return count;
}

// With O_APPEND the offset becomes the end of the file, whatever it was.
Outcome Kernel::WriteAt(Process& process, OpenFile& file, const void* from, int64_t count, int64_t& offset) {
  if (!Writes(file)) return -EBADF;
  count = std::min(count, kCountMax);
  switch (file.inode->kind) {
    case InodeKind::kFile:
      if ((file.flags & O_APPEND) != 0 && count > 0) offset = file.inode->content.size();
      return WriteFile(*file.inode, from, count, offset);
    case InodeKind::kFull: return count == 0 ? 0 : -ENOSPC;
    case InodeKind::kPipe: return GiveToPipe(&process, file, from, count);
    case InodeKind::kSocket: return GiveToSocket(*file.inode->socket, from, count);
    case InodeKind::kSignals:
    case InodeKind::kProcess:
    case InodeKind::kText: return -EINVAL;
    case InodeKind::kNull:
    case InodeKind::kRandom: return count;
    case InodeKind::kDirectory:
    case InodeKind::kSymlink: break;
  }
  return -EINVAL;
}

Outcome Kernel::Write(Process& process, int fd, const void* from, int64_t count) {
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  int64_t offset = file->offset;
  const Outcome outcome = WriteAt(process, *file, from, count, offset);
  if (outcome > 0 && file->inode->kind == InodeKind::kFile) file->offset = offset + outcome;
  return outcome;
}

Outcome Kernel::Pwrite(Process& process, int fd, const void* from, int64_t count, int64_t offset) {
  if (offset < 0) return -EINVAL;
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  if (IsStream(*file)) return -ESPIPE;
  return WriteAt(process, *file, from, count, offset);
}

// --- The offset and the size

Outcome Kernel::Seek(Process& process, int fd, int64_t offset, int whence) {
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  if (whence < SEEK_SET || whence > kWhenceMax) return -EINVAL;
  switch (file->inode->kind) {
    case InodeKind::kPipe:
    case InodeKind::kSocket: return -ESPIPE;
    case InodeKind::kNull:
    case InodeKind::kFull:
    case InodeKind::kRandom: return file->offset = 0;
    default: break;
  }
  int64_t base = 0;
  switch (whence) {
    case SEEK_SET: break;
    case SEEK_CUR: base = file->offset; break;
    case SEEK_END: base = file->inode->content.size(); break;
    default: return -EINVAL;
  }
  int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return -EINVAL;
  return file->offset = target;
}

Outcome Kernel::Truncate(Process& process, int fd, int64_t size) {
  if (size < 0) return -EINVAL;
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  Inode& inode = *file->inode;
  if (inode.kind != InodeKind::kFile || !Writes(*file)) return -EINVAL;
  if (disk_.rules().read_only) return -EROFS;
  if (size > inode.content.size_max()) return -EFBIG;
  if (size == 0 && inode.content.size() > 0) inode.emptied = true;
  disk_.Resize(inode, size);
  Touch(inode);
  return 0;
}

Outcome Kernel::CopyRange(Process& process, int from, int64_t* from_offset, int to, int64_t* to_offset,
                          int64_t count) {
  OpenFile* in = FileOf(process, from);
  OpenFile* out = FileOf(process, to);
  if (in == nullptr || out == nullptr) return -EBADF;
  if (in->inode->is_directory() || out->inode->is_directory()) return -EISDIR;
  if (in->inode->kind != InodeKind::kFile || out->inode->kind != InodeKind::kFile) return -EINVAL;
  if (!Reads(*in) || !Writes(*out) || (out->flags & O_APPEND) != 0) return -EBADF;
  if (!disk_.rules().copy_range) return -EXDEV;
  int64_t& source = from_offset != nullptr ? *from_offset : in->offset;
  int64_t& target = to_offset != nullptr ? *to_offset : out->offset;
  int64_t end = 0;
  if (__builtin_add_overflow(source, count, &end) || __builtin_add_overflow(target, count, &end)) {
    return -EOVERFLOW;
  }
  const Content& content = in->inode->content;
  count = source >= content.size() ? 0 : std::min({count, content.size() - source, kCountMax});
  if (target >= kFileMax) return -EFBIG;
  if (in->inode == out->inode && target + count > source && target < source + count) return -EINVAL;
  if (source < 0 || target < 0) return -EINVAL;
  if (count == 0) return 0;
  // The bytes move if source and target are one file that grows.
  const std::string bytes(content.visible().substr(static_cast<size_t>(source), static_cast<size_t>(count)));
  const Outcome outcome = WriteFile(*out->inode, bytes.data(), count, target);
  if (outcome > 0) {
    source += outcome;
    target += outcome;
  }
  return outcome;
}

// --- The disk

Outcome Kernel::Sync(Process& process, int fd) {
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  const InodeRef& inode = file->inode;
  if (inode->is_directory() && !disk_.rules().directory_sync) return -EINVAL;
  if (!inode->is_directory() && inode->kind != InodeKind::kFile) return -EINVAL;
  // As ext4 after an error: what was written before stays in memory, and is not promised to anybody.
  if (disk_.rules().read_only) return -EROFS;
  disk_.Sync(inode);
  return 0;
}

Outcome Kernel::FailSync(Process& process, int fd) {
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  disk_.FailSync(*file->inode);
  return -EIO;
}

Outcome Kernel::Map(Process& process, int fd, int64_t offset, int64_t length, bool writes) {
  OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  if (length <= 0 || offset < 0 || offset % kPageSize != 0) return -EINVAL;
  if (!Reads(*file) || (writes && !Writes(*file))) return -EACCES;
  if (file->inode->kind != InodeKind::kFile) return -ENODEV;
  char* address = file->inode->content.Map(offset, length);
  if (address == nullptr) return -ENOMEM;
  if (std::find(process.mapped.begin(), process.mapped.end(), file->inode) == process.mapped.end()) {
    process.mapped.push_back(file->inode);
  }
  return reinterpret_cast<Outcome>(address);
}

}  // namespace sim
