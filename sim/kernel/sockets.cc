// Unix stream sockets. The order of the checks is that of Linux.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>

#include "sim/kernel/kernel.h"
#include "sim/kernel/names.h"
#include "sim/kernel/try.h"

namespace sim {
namespace {

constexpr size_t kPathMax = 108;
constexpr int64_t kBacklogMax = 4096;  // net.core.somaxconn
// One piece of a stream, as Linux cuts it, and what it counts with all that belongs to it.
constexpr int64_t kHeadMax = 3776, kPieceMax = kHeadMax + 32'768;

int64_t ChargeOf(int64_t bytes) {
  constexpr int64_t kStructure = 256, kInfo = 320, kPage = 4096, kSmallest = 512;
  const int64_t head = std::min(bytes, kHeadMax), pages = (bytes - head + kPage - 1) / kPage * kPage;
  const auto block = std::bit_ceil(static_cast<uint64_t>((head + 63) / 64 * 64 + kInfo));
  return std::max(static_cast<int64_t>(block), kSmallest) + kStructure + pages;
}

Credentials CredentialsOf(const Process& process) { return {process.pid, process.uid, process.gid}; }

}  // namespace

void Kernel::WakeSocket(Socket& socket) { Wake(&socket, socket.awaited); }

Outcome Kernel::SocketOf(Process& process, int fd, Socket*& socket) {
  const OpenFile* file = FileOf(process, fd);
  if (file == nullptr) return -EBADF;
  socket = file->inode->socket.get();
  return socket == nullptr ? -ENOTSOCK : 0;
}

Outcome Kernel::AddSocket(Process& process, std::shared_ptr<Socket> socket, bool close_on_exec) {
  const Outcome fd = AddAnonymous(process, InodeKind::kSocket, 0, close_on_exec);
  if (fd >= 0) {
    Inode& inode = *FileOf(process, static_cast<int>(fd))->inode;
    inode.mode = 0777;
    inode.socket = std::move(socket);
  }
  return fd;
}

Outcome Kernel::MakeSocket(Process& process, bool close_on_exec) {
  return AddSocket(process, std::make_shared<Socket>(), close_on_exec);
}

// --- Finding each other

Outcome Kernel::Bind(Process& process, int fd, std::string_view path) {
  Socket* socket = nullptr;
  SIM_TRY(SocketOf(process, fd, socket));
  if (path.size() > kPathMax) return -EINVAL;
  Walk walk(process, *root_);
  SIM_TRY(walk.Begin(path));
  if (walk.kind() != Walk::Kind::kName) return -EADDRINUSE;
  SIM_TRY(walk.Last());
  if (walk.inode() != nullptr) return -EADDRINUSE;
  if (walk.slash()) return -ENOENT;
  if (disk_.rules().read_only) return -EROFS;
  SIM_TRY(MayCreate(process, walk.directory()));
  const InodeRef& own = FileOf(process, fd)->inode;
  const InodeRef name =
      NewEntry(process, walk.directory(), InodeKind::kSocket, own->mode & 0777 & ~process.umask);
  AddEntry(walk.directory(), walk.name(), name);
  if (socket->is_bound) {  // only now Linux looks
    RemoveEntry(walk.directory(), walk.name(), name);
    return -EINVAL;
  }
  socket->is_bound = true;
  name->bound = own->socket;
  return 0;
}

Outcome Kernel::Listen(Process& process, int fd, int64_t backlog) {
  Socket* socket = nullptr;
  SIM_TRY(SocketOf(process, fd, socket));
  if (!socket->is_bound || socket->state == Socket::State::kConnected) return -EINVAL;
  socket->state = Socket::State::kListening;
  socket->backlog = backlog < 0 ? kBacklogMax : std::min(backlog, kBacklogMax);
  socket->self = socket->peer = CredentialsOf(process);
  WakeSocket(*socket);
  return 0;
}

Outcome Kernel::FindListener(Process& process, std::string_view path, std::shared_ptr<Socket>& listener) {
  Inode* name = nullptr;
  SIM_TRY(Resolve(process, path, true, name));
  SIM_TRY(Permission(process, *name, W_OK));
  if (name->kind == InodeKind::kSocket) listener = name->bound.lock();
  return listener == nullptr ? -ECONNREFUSED : 0;
}

Outcome Kernel::Connect(Process& process, int fd, std::string_view path) {
  if (FileOf(process, fd) != nullptr && path.size() > kPathMax) return -EINVAL;
  Socket* socket = nullptr;
  SIM_TRY(SocketOf(process, fd, socket));
  std::shared_ptr<Socket> listener;
  SIM_TRY(FindListener(process, path, listener));
  if (listener->state != Socket::State::kListening || !listener->receives) return -ECONNREFUSED;
  if (static_cast<int64_t>(listener->waiting.size()) > listener->backlog) return -EAGAIN;
  if (socket->state != Socket::State::kUnconnected) {
    return socket->state == Socket::State::kConnected ? -EISCONN : -EINVAL;
  }
  auto server = std::make_shared<Socket>();
  server->state = socket->state = Socket::State::kConnected;
  server->is_bound = true;
  server->other = FileOf(process, fd)->inode->socket;
  server->peer = CredentialsOf(process);
  socket->other = server;
  socket->peer = listener->self;
  listener->waiting.push_back(std::move(server));
  WakeSocket(*listener);
  WakeSocket(*socket);
  return 0;
}

Outcome Kernel::Accept(Process& process, int fd, bool close_on_exec) {
  Socket* socket = nullptr;
  SIM_TRY(SocketOf(process, fd, socket));
  if (socket->state != Socket::State::kListening) return -EINVAL;
  if (socket->waiting.empty()) return -EAGAIN;
  const Outcome made = AddSocket(process, socket->waiting.front(), close_on_exec);
  if (made >= 0) socket->waiting.pop_front();
  return made;
}

Outcome Kernel::PeerCredentials(Process& process, int fd, Credentials& peer) {
  Socket* socket = nullptr;
  SIM_TRY(SocketOf(process, fd, socket));
  peer = socket->peer;
  const Process* other = FindProcess(peer.pid);
  if (other != nullptr) peer.pid = NumberFor(process, *other);
  return 0;
}

// --- Bytes

Outcome Kernel::TakeFromSocket(Socket& socket, void* to, int64_t count) {
  if (socket.state != Socket::State::kConnected) return -EINVAL;
  if (socket.bytes.empty()) {
    if (socket.error != 0) return -std::exchange(socket.error, 0);
    return socket.receives ? -EAGAIN : 0;
  }
  const int64_t taken = std::min(count, static_cast<int64_t>(socket.bytes.size()));
  const auto end = socket.bytes.begin() + taken;
  std::copy(socket.bytes.begin(), end, static_cast<char*>(to));
  socket.bytes.erase(socket.bytes.begin(), end);
  const std::shared_ptr<Socket> other = socket.other.lock();
  for (int64_t left = taken; left > 0;) {
    Socket::Piece& piece = socket.pieces.front();
    const int64_t part = std::min(left, piece.bytes);
    left -= part;
    piece.bytes -= part;
    if (piece.bytes > 0) break;
    if (other != nullptr) other->charged -= piece.charge;
    socket.pieces.pop_front();
  }
  if (other != nullptr) WakeSocket(*other);
  return taken;
}

Outcome Kernel::GiveToSocket(Socket& socket, const void* from, int64_t count) {
  if (socket.state != Socket::State::kConnected) return -ENOTCONN;
  if (!socket.sends) return -EPIPE;
  int64_t sent = 0;
  while (sent < count) {
    const std::shared_ptr<Socket> other = socket.other.lock();
    if (socket.error != 0) return sent > 0 ? sent : -std::exchange(socket.error, 0);
    if (socket.charged >= Socket::kRoom) return sent > 0 ? sent : -EAGAIN;
    if (other == nullptr || !other->receives) return sent > 0 ? sent : -EPIPE;
    const int64_t piece = std::min(count - sent, kPieceMax), charge = ChargeOf(piece);
    const char* bytes = static_cast<const char*>(from) + sent;
    other->bytes.insert(other->bytes.end(), bytes, bytes + piece);
    other->pieces.push_back({piece, charge});
    socket.charged += charge;
    sent += piece;
    WakeSocket(*other);
  }
  return sent;
}

Outcome Kernel::Receive(Process& process, int fd, void* to, int64_t count) {
  Socket* socket = nullptr;
  SIM_TRY(SocketOf(process, fd, socket));
  return TakeFromSocket(*socket, to, count);
}

Outcome Kernel::Send(Process& process, int fd, const void* from, int64_t count) {
  Socket* socket = nullptr;
  SIM_TRY(SocketOf(process, fd, socket));
  return GiveToSocket(*socket, from, count);
}

// --- The end

Outcome Kernel::Shutdown(Process& process, int fd, int how) {
  Socket* socket = nullptr;
  SIM_TRY(SocketOf(process, fd, socket));
  if (how < SHUT_RD || how > SHUT_RDWR) return -EINVAL;
  const bool receiving = how != SHUT_WR, sending = how != SHUT_RD;
  if (receiving) socket->receives = false;
  if (sending) socket->sends = false;
  WakeSocket(*socket);
  if (const std::shared_ptr<Socket> other = socket->other.lock()) {
    if (receiving) other->sends = false;
    if (sending) other->receives = false;
    WakeSocket(*other);
  }
  return 0;
}

// The last descriptor of it is gone, or nobody will accept it any more.
void Kernel::CloseSocket(Socket& socket, bool was_waiting) {
  if (const std::shared_ptr<Socket> other = socket.other.lock()) {
    other->receives = other->sends = false;
    if (!socket.bytes.empty() || was_waiting) other->error = ECONNRESET;
    for (const Socket::Piece& piece : socket.pieces) other->charged -= piece.charge;
    WakeSocket(*other);
  }
  for (const std::shared_ptr<Socket>& waiting : socket.waiting) CloseSocket(*waiting, true);
  socket.waiting.clear();
}

}  // namespace sim
