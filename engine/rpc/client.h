// One request to a server on a socket, and what can become of it.
//
//   finding        the request
//   kAnswered      was answered
//   kNotThere      was not sent: there is no socket
//   kRefused       was not sent: nobody listens
//   kDenied        was not sent: permission, or a sandbox
//   kUnsuitable    was not sent: the path is too long, what is there is no socket, or no descriptors are left
//   kBusy          was not sent: too many clients wait
//   kSilent        was sent, at least in part, and nothing came in time: it may still be carried out
//   kLost          was sent, at least in part, and the connection ended: it may have been carried out
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/os/files.h"

namespace bd::rpc {

enum class Finding { kAnswered, kNotThere, kRefused, kDenied, kUnsuitable, kBusy, kSilent, kLost };

struct Exchange {
  Finding finding = Finding::kNotThere;
  std::string answer;  // without line feed
  std::string reason;  // in words, for people
};

// How long an answer is waited for.
struct Patience {
  int64_t silent_ms = 500;  // since the server moved last
  int64_t most_ms = 30'000;
  // Changes whenever the server has done something, also for others; looked at now and then.
  std::function<uint64_t()> progress;
};

class Client {
 public:
  // Connects; finding() says whether it worked.
  explicit Client(const std::string& path);
  const Exchange& failure() const { return failure_; }
  bool connected() const { return static_cast<bool>(connection_); }
  // One line each way. After anything but kAnswered the connection is of no use any more.
  Exchange Ask(std::string_view line, const Patience& patience);

 private:
  Exchange Fail(Finding finding, std::string reason);
  std::string path_;
  os::Fd connection_;
  Exchange failure_;
};

}  // namespace bd::rpc
