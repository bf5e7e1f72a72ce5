// Pipes: bytes in a row, with room for 64 KB.
#include <fcntl.h>
#include <limits.h>

#include <algorithm>
#include <cerrno>

#include "sim/kernel/kernel.h"

namespace sim {

// `process` is null for the world, which never blocks.
Outcome Kernel::TakeFromPipe(Process* process, OpenFile& file, void* to, int64_t count) {
  PipeBuffer& pipe = *file.inode->pipe;
  if (count == 0) return 0;
  if (pipe.bytes.empty()) {
    if (pipe.writers == 0) return 0;
    if (process == nullptr || (file.flags & O_NONBLOCK) != 0) return -EAGAIN;
    return Blocks(*process, *file.inode);
  }
  const int64_t taken = std::min(count, static_cast<int64_t>(pipe.bytes.size()));
  const auto end = pipe.bytes.begin() + taken;
  std::copy(pipe.bytes.begin(), end, static_cast<char*>(to));
  pipe.bytes.erase(pipe.bytes.begin(), end);
  WakePipe(*file.inode);
  return taken;
}

Outcome Kernel::GiveToPipe(Process* process, OpenFile& file, const void* from, int64_t count) {
  PipeBuffer& pipe = *file.inode->pipe;
  if (pipe.readers == 0) return -EPIPE;
  if (count == 0) return 0;
  const int64_t room = pipe.room - static_cast<int64_t>(pipe.bytes.size());
  // Up to PIPE_BUF bytes are written as a whole or not at all.
  if (room <= 0 || (count <= PIPE_BUF && room < count)) {
    if (process == nullptr || (file.flags & O_NONBLOCK) != 0) return -EAGAIN;
    return Blocks(*process, *file.inode);
  }
  const int64_t given = std::min(count, room);
  const char* bytes = static_cast<const char*>(from);
  pipe.bytes.insert(pipe.bytes.end(), bytes, bytes + given);
  WakePipe(*file.inode);
  return given;
}

std::shared_ptr<OpenFile> Kernel::AttachPipe(Process& process, int fd, bool process_writes) {
  const InodeRef inode = NewInode(InodeKind::kPipe, 0600);
  inode->uid = process.uid;
  inode->gid = process.gid;
  inode->pipe->readers = inode->pipe->writers = 1;
  auto own = NewFile(inode, process_writes ? O_WRONLY : O_RDONLY);
  auto other = NewFile(inode, process_writes ? O_RDONLY : O_WRONLY);
  const Descriptor old = std::exchange(process.files[fd], Descriptor{std::move(own), false});
  if (old.file != nullptr) Drop(process, old);
  return other;
}

Outcome Kernel::ConnectPipe(Process& writer, int fd, Process& reader) {
  int lowest = 0;
  while (reader.files.contains(lowest)) ++lowest;
  reader.files[lowest] = Descriptor{AttachPipe(writer, fd, true), true};
  return lowest;
}

Outcome Kernel::ReadPipe(OpenFile& end, void* to, int64_t count) {
  return TakeFromPipe(nullptr, end, to, count);
}

Outcome Kernel::WritePipe(OpenFile& end, const void* from, int64_t count) {
  return GiveToPipe(nullptr, end, from, count);
}

void Kernel::ClosePipe(OpenFile& end) { LastClose(end); }

}  // namespace sim
