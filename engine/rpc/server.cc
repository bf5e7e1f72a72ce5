#include "engine/rpc/server.h"

#include <algorithm>

#include "engine/base/mark.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/os/socket.h"

namespace bd::rpc {

namespace {

constexpr size_t kBlock = 65536;
constexpr int64_t kNever = INT64_MAX;
// Without descriptors there is nothing to accept with: who waits goes on waiting, and we do not turn in
// circles.
constexpr int64_t kAcceptPauseMs = 100;

}  // namespace

Result<std::vector<Call>> Server::Turn(int64_t timeout_ms, const std::vector<os::Watched>& also) {
  int64_t now = os::MonotonicMs();
  std::vector<Call> calls;
  Collect(calls, now);
  const int64_t wait = calls.empty() ? std::max<int64_t>(0, std::min(timeout_ms, NextDeadline() - now)) : 0;
  const bool accepts = listening_ && now >= accept_again_ms_;
  std::vector<os::Watched> watched = {os::WatchRead(listener_)};
  if (!accepts) watched[0].wants_read = false;
  std::vector<Client*> clients;
  for (auto& [id, client] : clients_) {
    const bool has_room =
        !client.asked && !client.closing && !client.gone && client.in.size() <= limits_.line_max;
    watched.push_back({client.file.get(), has_room, !client.out.empty()});
    clients.push_back(&client);
  }
  watched.insert(watched.end(), also.begin(), also.end());
  TRY(os::Poll(watched, wait));
  now = os::MonotonicMs();
  for (size_t i = 0; i < clients.size(); ++i) {
    if (watched[i + 1].can_write) WriteTo(*clients[i], now);
    if (watched[i + 1].can_read) ReadFrom(*clients[i], now);
  }
  if (watched[0].can_read) AcceptAll(now);
  Collect(calls, now);
  RemoveEnded(now);
  return calls;
}

void Server::AcceptAll(int64_t now_ms) {
  for (;;) {
    Result<os::Fd> file = os::Accept(listener_);
    if (!file) {
      MARK("rpc.cannot_accept");
      accept_again_ms_ = now_ms + kAcceptPauseMs;
      return;
    }
    if (!*file) return;
    Admit(std::move(*file), now_ms);
  }
}

void Server::Admit(os::Fd file, int64_t now_ms) {
  const Result<os::Peer> peer = os::PeerOf(file);
  const uint32_t owner = os::EffectiveUser();
  if (!peer || (peer->user != owner && peer->user != 0)) {
    MARK("rpc.stranger");
    ++counters_.rejected;
    return;
  }
  if (clients_.size() >= limits_.connections_max && !MakeRoom(now_ms)) {
    MARK("rpc.too_many");
    ++counters_.rejected;
    (void)os::Send(file, limits_.too_many + "\n");
    return;
  }
  ++counters_.accepted;
  Client& client = clients_[++last_];
  client.file = std::move(file);
  client.deadline_ms = now_ms + limits_.idle_ms;
  client.awaited_since_ms = now_ms;
  ReadFrom(client, now_ms);
}

// Silent and slow clients shall not keep the others out.
bool Server::MakeRoom(int64_t now_ms) {
  auto longest = clients_.end();
  for (auto at = clients_.begin(); at != clients_.end(); ++at) {
    const Client& client = at->second;
    if (client.asked || !client.out.empty() || client.in.find('\n') != std::string::npos) continue;
    if (longest == clients_.end() || client.awaited_since_ms < longest->second.awaited_since_ms) longest = at;
  }
  if (longest == clients_.end() || now_ms - longest->second.awaited_since_ms < limits_.patience_ms)
    return false;
  MARK("rpc.made_room");
  clients_.erase(longest);
  return true;
}

void Server::ReadFrom(Client& client, int64_t now_ms) {
  char block[kBlock];
  const bool was_empty = client.in.empty();
  while (client.in.size() <= limits_.line_max) {
    const Result<os::Transfer> got = os::Receive(client.file, block, sizeof block);
    if (!got || got->ended) {
      client.gone = true;
      return;
    }
    client.in.append(block, got->bytes);
    if (got->bytes < sizeof block) break;
  }
  if (was_empty && !client.in.empty()) client.deadline_ms = now_ms + limits_.line_ms;
}

void Server::WriteTo(Client& client, int64_t now_ms) {
  const Result<os::Transfer> sent = os::Send(client.file, client.out);
  if (!sent || sent->ended) {
    client.gone = true;
    client.out.clear();
    return;
  }
  client.out.erase(0, sent->bytes);
  if (sent->bytes > 0) client.deadline_ms = now_ms + limits_.answer_ms;
  if (!client.out.empty()) return;
  client.deadline_ms = now_ms + (client.in.empty() ? limits_.idle_ms : limits_.line_ms);
  client.awaited_since_ms = now_ms;
}

std::optional<std::string> Server::TakeLine(Client& client, int64_t now_ms) {
  const size_t feed = client.in.find('\n', client.searched);
  if (feed == std::string::npos) {
    client.searched = client.in.size();
    if (client.in.size() <= limits_.line_max) return std::nullopt;
    MARK("rpc.line_too_long");
    client.in.clear();
    client.closing = true;
    client.out += limits_.too_long + "\n";
    client.deadline_ms = now_ms + limits_.answer_ms;
    return std::nullopt;
  }
  std::string line = client.in.substr(0, feed);
  client.in.erase(0, feed + 1);
  client.searched = 0;
  return line;
}

void Server::Collect(std::vector<Call>& calls, int64_t now_ms) {
  for (auto& [id, client] : clients_) {
    if (client.asked || client.closing || !client.out.empty() || client.in.empty()) continue;
    if (auto line = TakeLine(client, now_ms)) {
      client.asked = true;
      client.deadline_ms = kNever;
      calls.push_back({id, std::move(*line)});
    }
  }
}

void Server::Answer(uint64_t connection, std::string_view line) {
  const auto found = clients_.find(connection);
  if (found == clients_.end()) return;
  Client& client = found->second;
  const int64_t now = os::MonotonicMs();
  client.asked = false;
  client.out.append(line);
  client.out += '\n';
  client.deadline_ms = now + limits_.answer_ms;
  WriteTo(client, now);
}

void Server::RemoveEnded(int64_t now_ms) {
  std::erase_if(clients_, [now_ms](const auto& entry) {
    const Client& client = entry.second;
    // A request that was sent whole is carried out although its client is gone; and who only ends what he
    // says still reads the answer.
    const bool has_request = client.asked || client.in.find('\n') != std::string::npos;
    if (client.gone && client.out.empty() && !has_request) return true;
    if (client.closing && client.out.empty() && !client.asked) return true;
    return now_ms >= client.deadline_ms;
  });
}

void Server::StopListening() {
  listening_ = false;
  listener_.Close();
  for (auto& [id, client] : clients_) client.closing = true;
}

bool Server::IsDrained() const { return !listening_ && clients_.empty(); }

int64_t Server::NextDeadline() const {
  int64_t next =
      listening_ && accept_again_ms_ > 0 ? std::max(accept_again_ms_, os::MonotonicMs() + 1) : kNever;
  if (accept_again_ms_ <= os::MonotonicMs()) next = kNever;
  for (const auto& [id, client] : clients_) next = std::min(next, client.deadline_ms);
  return next;
}

}  // namespace bd::rpc
