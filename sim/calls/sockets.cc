// Sockets: forbidden, as in a sandbox.
#include <poll.h>
#include <sys/socket.h>

#include "sim/calls/syscall.h"

namespace sim {

extern "C" {

int sim_socket(int, int, int) {
  return static_cast<int>(Syscall({Op::kSocket}, [](Process&, const Verdict&) -> Outcome { return -EPERM; }));
}
int sim_bind(int, const sockaddr*, socklen_t) { TheWorld().Unknown("bind"); }
int sim_listen(int, int) { TheWorld().Unknown("listen"); }
int sim_connect(int, const sockaddr*, socklen_t) { TheWorld().Unknown("connect"); }
int sim_accept4(int, sockaddr*, socklen_t*, int) { TheWorld().Unknown("accept4"); }
int sim_getsockopt(int, int, int, void*, socklen_t*) { TheWorld().Unknown("getsockopt"); }
ssize_t sim_recv(int, void*, size_t, int) { TheWorld().Unknown("recv"); }
ssize_t sim_send(int, const void*, size_t, int) { TheWorld().Unknown("send"); }
int sim_shutdown(int, int) { TheWorld().Unknown("shutdown"); }
int sim_poll(pollfd*, nfds_t, int) { TheWorld().Unknown("poll"); }

}  // extern "C"

}  // namespace sim
