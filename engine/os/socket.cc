#include "engine/os/socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "engine/base/text.h"

namespace bd::os {

namespace {

Result<sockaddr_un> AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() > kSocketPathMax) {
    return Invalid(
        Cat(path, ": longer than the ", kSocketPathMax, " bytes that the path of a socket may have"));
  }
  memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* Generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

Result<Fd> MakeSocket(const std::string& path) {
  Fd made(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made) return SystemError(errno, "make a socket for", path);
  return made;
}

Error ConnectError(int number, const std::string& path) {
  Error error = SystemError(number, "connect to", path);
  if (number == ECONNREFUSED) error.code = Code::kRefused;
  if (number == EAGAIN) error.code = Code::kBusy;
  if (number == EPROTOTYPE || number == ENOTSOCK) error.code = Code::kInvalid;
  return error;
}

bool IsForNow(int number) { return number == EAGAIN || number == EWOULDBLOCK || number == EINTR; }
bool IsEnd(int number) { return number == EPIPE || number == ECONNRESET || number == ENOTCONN; }

}  // namespace

Result<Fd> Listen(const std::string& path, int backlog) {
  const sockaddr_un address = TRY(AddressOf(path));
  Fd made = TRY(MakeSocket(path));
  // The mode of the name is that of the descriptor at bind: nobody else can connect, not even for a moment.
  // Where no mode can be set (F10) it is only later that others are turned away: see PeerOf.
  (void)fchmod(made.get(), 0600);
  if (bind(made.get(), Generic(address), sizeof address) != 0) {
    Error error = SystemError(errno, "make the socket", path);
    if (errno == EADDRINUSE) error.code = Code::kConflict;
    return error;
  }
  if (listen(made.get(), backlog) != 0) return SystemError(errno, "listen on", path);
  return made;
}

Result<Fd> Connect(const std::string& path) {
  const sockaddr_un address = TRY(AddressOf(path));
  Fd made = TRY(MakeSocket(path));
  if (connect(made.get(), Generic(address), sizeof address) != 0) return ConnectError(errno, path);
  return made;
}

Result<Fd> Accept(const Fd& listener) {
  Fd made(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  // Who waited may have gone again.
  if (made || IsForNow(errno) || errno == ECONNABORTED) return made;
  return SystemError(errno, "accept", "a connection");
}

Result<Peer> PeerOf(const Fd& connection) {
  ucred found{};
  socklen_t size = sizeof found;
  if (getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &found, &size) != 0) {
    return SystemError(errno, "look at", "the peer of a connection");
  }
  return Peer{found.pid, found.uid};
}

Result<Transfer> Receive(const Fd& connection, char* bytes, size_t size) {
  const ssize_t got = recv(connection.get(), bytes, size, 0);
  if (got > 0) return Transfer{static_cast<size_t>(got), false};
  if (got == 0 || IsEnd(errno)) return Transfer{0, true};
  if (IsForNow(errno)) return Transfer{};
  return SystemError(errno, "read from", "a connection");
}

Result<Transfer> Send(const Fd& connection, std::string_view bytes) {
  const ssize_t sent = send(connection.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return Transfer{static_cast<size_t>(sent), false};
  if (IsEnd(errno)) return Transfer{0, true};
  if (IsForNow(errno)) return Transfer{};
  return SystemError(errno, "write to", "a connection");
}

void EndSending(const Fd& connection) { (void)shutdown(connection.get(), SHUT_WR); }

}  // namespace bd::os
