// Which descriptors have something to say.
#include <fcntl.h>

#include "sim/kernel/kernel.h"

namespace sim {
namespace {

short EventsOfPipe(const OpenFile& file) {
  const PipeBuffer& pipe = *file.inode->pipe;
  short events = 0;
  if ((file.flags & O_ACCMODE) != O_WRONLY) {
    if (!pipe.bytes.empty()) events |= POLLIN;
    if (pipe.writers == 0) events |= POLLHUP;
  }
  if ((file.flags & O_ACCMODE) != O_RDONLY) {
    if (static_cast<int64_t>(pipe.bytes.size()) < pipe.room) events |= POLLOUT;
    if (pipe.readers == 0) events |= POLLERR;
  }
  return events;
}

short EventsOfSocket(const Socket& socket) {
  short events = 0;
  if (socket.error != 0) events |= POLLERR;
  if (!socket.receives) events |= POLLIN | POLLRDHUP;
  if (!socket.receives && !socket.sends) events |= POLLHUP;
  if (!socket.bytes.empty() || !socket.waiting.empty()) events |= POLLIN;
  if (socket.state == Socket::State::kUnconnected) events |= POLLHUP;
  if (socket.state != Socket::State::kListening && 4 * socket.charged <= Socket::kRoom) events |= POLLOUT;
  return events;
}

}  // namespace

short Kernel::EventsOf(Process& process, int fd) {
  const OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return POLLNVAL;
  Inode& inode = *file->inode;
  switch (inode.kind) {
    case InodeKind::kPipe:
      inode.pipe->awaited = true;
      process.watches.push_back(inode.pipe.get());
      return EventsOfPipe(*file);
    case InodeKind::kSocket:
      inode.socket->awaited = true;
      process.watches.push_back(inode.socket.get());
      return EventsOfSocket(*inode.socket);
    case InodeKind::kSignals:
      process.signals_awaited = true;
      process.watches.push_back(&process.pending);
      return (process.pending & inode.subject) != 0 ? POLLIN : 0;
    case InodeKind::kProcess: {
      Process* target = FindProcess(static_cast<int>(inode.subject));
      if (target == nullptr || target->exited) return POLLIN;
      target->end_awaited = true;
      process.watches.push_back(&target->end_awaited);
      return 0;
    }
    case InodeKind::kFile:
    case InodeKind::kDirectory:
    case InodeKind::kSymlink:
    case InodeKind::kRandom:
    case InodeKind::kNull:
    case InodeKind::kFull:
    case InodeKind::kText: break;
  }
  return POLLIN | POLLOUT;
}

Outcome Kernel::Poll(Process& process, std::span<pollfd> files) {
  Outcome ready = 0;
  process.watches.clear();
  for (pollfd& file : files) {
    file.revents = 0;
    if (file.fd < 0) continue;
    constexpr short kAlways = POLLERR | POLLHUP | POLLNVAL;
    file.revents = static_cast<short>(EventsOf(process, file.fd) & (file.events | kAlways));
    ready += file.revents != 0;
  }
  if (ready > 0) process.watches.clear();
  return ready;
}

}  // namespace sim
