// A unix stream socket, as descriptors and names refer to it.
//
//   unconnected --listen--> listening         unconnected --connect--> connected
//   A connection has two ends that know each other; the one on the server's side waits at the listener until
//   it is accepted. When an end goes, the other one can read what it has, then meets the end; if the one that
//   went had not read everything, it meets ECONNRESET first.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>

namespace sim {

struct Credentials {
  int pid = 0;
  uint32_t uid = ~uint32_t{0}, gid = ~uint32_t{0};
};

struct Socket {
  enum class State { kUnconnected, kListening, kConnected };
  // What one send put there; it counts for the sender until it is read as a whole.
  struct Piece {
    int64_t bytes = 0, charge = 0;
  };
  static constexpr int64_t kRoom = 212'992;

  State state = State::kUnconnected;
  bool is_bound = false;
  bool receives = true, sends = true;  // false: shut down, by either end
  int error = 0;                       // told once
  Credentials self, peer;
  bool awaited = false;  // somebody polls it

  // kConnected
  std::weak_ptr<Socket> other;
  std::deque<char> bytes;  // that came
  std::deque<Piece> pieces;
  int64_t charged = 0;  // for what was sent and not read

  // kListening
  std::deque<std::shared_ptr<Socket>> waiting;
  int64_t backlog = 0;
};

}  // namespace sim
