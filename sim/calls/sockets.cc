// Unix stream sockets, and waiting for descriptors.
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "sim/calls/syscall.h"

namespace sim {

namespace {

std::string PathIn(const sockaddr* address, socklen_t size) {
  if (address->sa_family != AF_UNIX) TheWorld().Unknown("an address that is no path");
  const auto* named = reinterpret_cast<const sockaddr_un*>(address);
  const size_t room = std::min<size_t>(size - offsetof(sockaddr_un, sun_path), sizeof named->sun_path);
  std::string path(named->sun_path, strnlen(named->sun_path, room));
  if (path.empty()) TheWorld().Unknown("a socket without a path");
  return path;
}

void Remember(int fd, std::string_view path) { TheWorld().running().paths[fd] = path; }

int64_t Limited(size_t count, const Verdict& verdict) {
  return std::min(static_cast<int64_t>(count), verdict.limit);
}

}  // namespace

extern "C" {

int sim_socket(int domain, int type, int) {
  if (domain != AF_UNIX || (type & ~SOCK_CLOEXEC) != (SOCK_STREAM | SOCK_NONBLOCK))
    TheWorld().Unknown("a socket that is no unix stream, or waits");
  return static_cast<int>(Syscall({Op::kSocket}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().MakeSocket(process, (type & SOCK_CLOEXEC) != 0);
  }));
}

int sim_bind(int fd, const sockaddr* address, socklen_t size) {
  const std::string path = PathIn(address, size);
  const int64_t bound = Syscall({Op::kBind, path, {}, fd}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().Bind(process, fd, path);
  });
  if (bound == 0) Remember(fd, path);
  return static_cast<int>(bound);
}

int sim_listen(int fd, int backlog) {
  return static_cast<int>(Syscall(
      {Op::kListen, PathOf(fd), {}, fd, backlog},
      [&](Process& process, const Verdict&) { return TheWorld().kernel().Listen(process, fd, backlog); }));
}

int sim_connect(int fd, const sockaddr* address, socklen_t size) {
  const std::string path = PathIn(address, size);
  const int64_t connected = Syscall({Op::kConnect, path, {}, fd}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().Connect(process, fd, path);
  });
  if (connected == 0) Remember(fd, path);
  return static_cast<int>(connected);
}

int sim_accept4(int fd, sockaddr* address, socklen_t*, int flags) {
  if (address != nullptr || (flags & SOCK_NONBLOCK) == 0)
    TheWorld().Unknown("accept4 that asks who comes, or waits");
  const int made =
      static_cast<int>(Syscall({Op::kAccept, PathOf(fd), {}, fd}, [&](Process& process, const Verdict&) {
        return TheWorld().kernel().Accept(process, fd, (flags & SOCK_CLOEXEC) != 0);
      }));
  if (made >= 0) Remember(made, std::string(PathOf(fd)));
  return made;
}

int sim_getsockopt(int fd, int level, int name, void* value, socklen_t* size) {
  if (level != SOL_SOCKET || name != SO_PEERCRED || *size < sizeof(ucred))
    TheWorld().Unknown("getsockopt for something else than who the peer is");
  Credentials peer;
  const int64_t told = Syscall({Op::kSockopt, PathOf(fd), {}, fd}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().PeerCredentials(process, fd, peer);
  });
  if (told == 0) *static_cast<ucred*>(value) = {peer.pid, peer.uid, peer.gid};
  return static_cast<int>(told);
}

ssize_t sim_recv(int fd, void* to, size_t count, int flags) {
  if (flags != 0) TheWorld().Unknown("recv with flags");
  const int64_t got = Syscall({Op::kReceive, PathOf(fd), {}, fd, static_cast<int64_t>(count)},
                              [&](Process& process, const Verdict& verdict) {
                                return TheWorld().kernel().Receive(process, fd, to, Limited(count, verdict));
                              });
  if (got > 0) TheWorld().Note(to, static_cast<size_t>(got));
  return got;
}

ssize_t sim_send(int fd, const void* from, size_t count, int flags) {
  if (flags != MSG_NOSIGNAL) TheWorld().Unknown("send with other flags than MSG_NOSIGNAL");
  TheWorld().Note(from, count);
  return Syscall({Op::kSend, PathOf(fd), {}, fd, static_cast<int64_t>(count)},
                 [&](Process& process, const Verdict& verdict) {
                   return TheWorld().kernel().Send(process, fd, from, Limited(count, verdict));
                 });
}

int sim_shutdown(int fd, int how) {
  return static_cast<int>(Syscall(
      {Op::kShutdown, PathOf(fd), {}, fd, how},
      [&](Process& process, const Verdict&) { return TheWorld().kernel().Shutdown(process, fd, how); }));
}

int sim_poll(pollfd* files, nfds_t count, int timeout_ms) {
  World& world = TheWorld();
  const int64_t end_ns =
      timeout_ms < 0 ? INT64_MAX : world.clocks().mono_ns + int64_t{timeout_ms} * 1'000'000;
  return static_cast<int>(Syscall({Op::kPoll, {}, {}, static_cast<int64_t>(count), timeout_ms},
                                  [&](Process& process, const Verdict&) {
                                    for (;;) {
                                      const Outcome ready = world.kernel().Poll(process, {files, count});
                                      if (ready > 0 || timeout_ms == 0 || world.clocks().mono_ns >= end_ns)
                                        return ready;
                                      if (!world.Wait(end_ns)) return Outcome{-EINTR};
                                    }
                                  }));
}

}  // extern "C"

}  // namespace sim
