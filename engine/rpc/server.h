// Many clients on one socket, one line each way, in one thread.
//
//   waiting --bytes--> reading --line feed--> asked --Answer--> answering --all sent--> waiting
//      |  idle too long  |  line too slow,       |                  |  nobody reads
//      v                 v  too long             v  the peer is gone: the request is carried out all the same
//   closed            closed (too long: told)                    closed
//
// Invariants:
//  1. A connection has at most one request under way; what it sends meanwhile stays in its buffer or the
//  kernel's.
//  2. Nothing waits: a turn ends as soon as there is a complete line, and every state has a deadline.
//  3. Only the owner of the workspace is served, whatever the mode of the socket says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/files.h"
#include "engine/os/poll.h"

namespace bd::rpc {

struct Limits {
  size_t connections_max = 100;  // as the reference
  size_t line_max = 16 << 20;    // bytes
  int64_t idle_ms = 60'000;      // between requests
  int64_t line_ms = 10'000;      // from the first byte of a request to its line feed
  int64_t answer_ms = 10'000;    // in which some of an answer must be taken
  // When there is no room, who has kept us waiting for longest goes, if it was at least this long.
  int64_t patience_ms = 2'000;
  // What is said to who comes when there is no room, and to who never ends a line.
  std::string too_many, too_long;
};

struct Call {
  uint64_t connection = 0;
  std::string line;  // without line feed
};

class Server {
 public:
  Server(os::Fd listener, Limits limits) : listener_(std::move(listener)), limits_(std::move(limits)) {}

  // Waits for requests, at most `timeout_ms`, or until one of `also` is ready. Moves bytes of answers on.
  Result<std::vector<Call>> Turn(int64_t timeout_ms, const std::vector<os::Watched>& also = {});
  // The one answer to a call; none if its client is gone.
  void Answer(uint64_t connection, std::string_view line);
  // A new name for the same service: clients that are here stay.
  void Replace(os::Fd listener) { listener_ = std::move(listener); }
  // From now on nobody comes, and who has no request under way is sent away.
  void StopListening();
  bool IsDrained() const;

  struct Counters {
    int64_t accepted = 0, rejected = 0;
  };
  const Counters& counters() const { return counters_; }
  const Limits& limits() const { return limits_; }
  size_t connections() const { return clients_.size(); }

 private:
  struct Client {
    os::Fd file;
    std::string in, out;
    size_t searched = 0;  // bytes of `in` that hold no line feed
    bool asked = false, closing = false, gone = false;
    int64_t deadline_ms = 0;
    int64_t awaited_since_ms = 0;  // if it has no request under way
  };
  void AcceptAll(int64_t now_ms);
  void Admit(os::Fd file, int64_t now_ms);
  bool MakeRoom(int64_t now_ms);
  void ReadFrom(Client& client, int64_t now_ms);
  void WriteTo(Client& client, int64_t now_ms);
  std::optional<std::string> TakeLine(Client& client, int64_t now_ms);
  void Collect(std::vector<Call>& calls, int64_t now_ms);
  void RemoveEnded(int64_t now_ms);
  int64_t NextDeadline() const;

  os::Fd listener_;
  Limits limits_;
  std::map<uint64_t, Client> clients_;
  uint64_t last_ = 0;
  int64_t accept_again_ms_ = 0;
  bool listening_ = true;
  Counters counters_;
};

}  // namespace bd::rpc
