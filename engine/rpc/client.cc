#include "engine/rpc/client.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/poll.h"
#include "engine/os/socket.h"

namespace bd::rpc {

namespace {

constexpr int64_t kLookMs = 100;  // between two looks at the progress
constexpr size_t kBlock = 65536;

Finding FindingOf(Code code) {
  switch (code) {
    case Code::kNotFound: return Finding::kNotThere;
    case Code::kRefused: return Finding::kRefused;
    case Code::kDenied: return Finding::kDenied;
    case Code::kBusy: return Finding::kBusy;
    default: return Finding::kUnsuitable;
  }
}

// How long there is still hope.
class Waiting {
 public:
  explicit Waiting(const Patience& patience)
      : patience_(patience), began_ms_(os::MonotonicMs()), moved_ms_(began_ms_) {
    if (patience_.progress) seen_ = patience_.progress();
  }
  // Milliseconds until the next look; none: it is over.
  int64_t Next() {
    const int64_t now = os::MonotonicMs();
    if (patience_.progress) {
      const uint64_t progress = patience_.progress();
      if (progress != seen_) moved_ms_ = now;
      seen_ = progress;
    }
    const int64_t left = std::min(moved_ms_ + patience_.silent_ms, began_ms_ + patience_.most_ms) - now;
    return std::min(left, kLookMs);
  }
  void Moved() { moved_ms_ = os::MonotonicMs(); }

 private:
  const Patience& patience_;
  int64_t began_ms_, moved_ms_;
  uint64_t seen_ = 0;
};

}  // namespace

Client::Client(const std::string& path) : path_(path) {
  Result<os::Fd> connected = os::Connect(path);
  if (connected) {
    connection_ = std::move(*connected);
  } else {
    failure_ = {FindingOf(connected.error().code), "", connected.error().message};
  }
}

Exchange Client::Fail(Finding finding, std::string reason) {
  connection_.Close();
  failure_ = {finding, "", Cat(path_, ": ", reason)};
  return failure_;
}

Exchange Client::Ask(std::string_view line, const Patience& patience) {
  if (!connected()) return failure_;
  std::string out = Cat(line, "\n"), in;
  size_t sent = 0;
  Waiting waiting(patience);
  for (;;) {
    const int64_t next = waiting.Next();
    if (next <= 0) return Fail(Finding::kSilent, "the daemon does not answer");
    std::vector<os::Watched> watched = {{connection_.get(), true, sent < out.size()}};
    if (Status polled = os::Poll(watched, next); !polled) return Fail(Finding::kLost, polled.error().message);
    if (watched[0].can_write) {
      const Result<os::Transfer> moved = os::Send(connection_, std::string_view(out).substr(sent));
      if (!moved) return Fail(Finding::kLost, moved.error().message);
      // What it said before it hung up is still to be read.
      sent = moved->ended ? out.size() : sent + moved->bytes;
      waiting.Moved();
    }
    if (!watched[0].can_read) continue;
    char block[kBlock];
    const Result<os::Transfer> got = os::Receive(connection_, block, sizeof block);
    if (!got) return Fail(Finding::kLost, got.error().message);
    if (got->ended) return Fail(Finding::kLost, "the daemon hung up");
    in.append(block, got->bytes);
    if (got->bytes > 0) waiting.Moved();
    if (!in.ends_with('\n')) continue;
    in.pop_back();
    return {Finding::kAnswered, std::move(in), ""};
  }
}

}  // namespace bd::rpc
