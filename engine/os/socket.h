// Unix stream sockets. Nothing here waits: every descriptor is non-blocking, and who waits does so in Poll.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/os/files.h"

namespace bd::os {

// The kernel's limit for the path of a socket, in bytes, without the final zero.
constexpr size_t kSocketPathMax = 107;

// A socket at `path`, for its owner alone, with room for `backlog` clients that wait. kInvalid: the path is
// too long. kConflict: something is there already. kDenied: a sandbox or the file system forbids it.
Result<Fd> Listen(const std::string& path, int backlog);

// kNotFound: nothing is there. kRefused: nobody listens behind it. kBusy: too many wait already. kDenied:
// permission, sandbox. kInvalid: the path is too long, or what is there is no socket.
Result<Fd> Connect(const std::string& path);

// The next client that waits; none: an Fd without a number. kIo: no descriptors left.
Result<Fd> Accept(const Fd& listener);

// Who is at the other end, as it was when the connection was made.
struct Peer {
  int64_t pid = 0;
  uint32_t user = 0;
};
Result<Peer> PeerOf(const Fd& connection);

struct Transfer {
  size_t bytes = 0;
  bool ended = false;  // the other end is gone: nothing will come or go any more
};
// What is there to be read, at most `size` bytes; none: nothing yet.
Result<Transfer> Receive(const Fd& connection, char* bytes, size_t size);
// As much as the connection takes now.
Result<Transfer> Send(const Fd& connection, std::string_view bytes);
// No more will be sent; the other end may still send.
void EndSending(const Fd& connection);

}  // namespace bd::os
