#include "sim/programs/peers.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>

#include "sim/calls/calls.h"
#include "sim/programs/file_tools.h"
#include "sim/world/world.h"

namespace sim {

namespace {

constexpr int64_t kAskMs = 10'000;

int64_t NumberIn(const std::string& text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void PauseMs(int64_t ms) {
  const timespec wait = {ms / 1000, ms % 1000 * 1'000'000};
  sim_nanosleep(&wait, nullptr);
}

// Milliseconds left until a moment.
class Until {
 public:
  explicit Until(int64_t ms) : end_ns_(TheWorld().clocks().mono_ns + ms * 1'000'000) {}
  int Left() const {
    const int64_t left = (end_ns_ - TheWorld().clocks().mono_ns) / 1'000'000;
    return static_cast<int>(std::max<int64_t>(0, left));
  }

 private:
  int64_t end_ns_;
};

sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
  return address;
}

int MakeSocket() { return sim_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

int ConnectTo(const std::string& path) {
  const int fd = MakeSocket();
  const sockaddr_un address = AddressOf(path);
  if (fd < 0) return -1;
  if (sim_connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  sim_close(fd);
  return -1;
}

// What comes until that moment, the end, or (if it is asked for) the end of a line.
std::string Hear(int fd, const Until& until, bool one_line) {
  std::string heard;
  while (until.Left() > 0 && !(one_line && heard.ends_with('\n'))) {
    pollfd watched = {fd, POLLIN, 0};
    if (sim_poll(&watched, 1, until.Left()) <= 0) break;
    char chunk[4096];
    const ssize_t got = sim_recv(fd, chunk, sizeof chunk, 0);
    if (got <= 0) break;
    heard.append(chunk, static_cast<size_t>(got));
  }
  return heard;
}

bool Say(int fd, const std::string& text) {
  return sim_send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

}  // namespace

bool Ask(const std::vector<std::string>& words) {
  const int fd = ConnectTo(words[1]);
  if (fd < 0) return false;
  std::string heard;
  if (Say(fd, words[2] + "\n")) heard = Hear(fd, Until(kAskMs), true);
  sim_close(fd);
  TheWorld().running().output = heard;
  return heard.ends_with('\n');
}

bool Utter(const std::vector<std::string>& words) {
  const int fd = ConnectTo(words[1]);
  if (fd < 0) return false;
  const bool said = Say(fd, words[2]);
  TheWorld().running().output = Hear(fd, Until(NumberIn(words[3])), false);
  sim_close(fd);
  return said;
}

bool BeMute(const std::vector<std::string>& words) {
  std::vector<int> files;
  for (int64_t i = 0; i < NumberIn(words[2]); ++i) files.push_back(ConnectTo(words[1]));
  PauseMs(NumberIn(words[3]));
  const bool all = std::all_of(files.begin(), files.end(), [](int fd) { return fd >= 0; });
  for (int fd : files) {
    if (fd >= 0) sim_close(fd);
  }
  return all;
}

bool Pretend(const std::vector<std::string>& words) {
  const int listener = MakeSocket();
  const sockaddr_un address = AddressOf(words[1]);
  if (sim_bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
  if (sim_listen(listener, 64) != 0) return false;
  const Until until(NumberIn(words[3]));
  std::map<int, std::string> heard;
  while (until.Left() > 0) {
    std::vector<pollfd> watched = {{listener, POLLIN, 0}};
    for (const auto& [fd, text] : heard) watched.push_back({fd, POLLIN, 0});
    if (sim_poll(watched.data(), watched.size(), until.Left()) <= 0) continue;
    for (const pollfd& file : watched) {
      if (file.revents == 0) continue;
      if (file.fd == listener) {
        const int made = sim_accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (made >= 0) heard[made] = "";
        continue;
      }
      char chunk[4096];
      const ssize_t got = sim_recv(file.fd, chunk, sizeof chunk, 0);
      if (got <= 0) {
        heard.erase(file.fd);
        sim_close(file.fd);
        continue;
      }
      std::string& line = heard[file.fd].append(chunk, static_cast<size_t>(got));
      if (!line.ends_with('\n') || words[2].empty()) continue;
      line.clear();
      Say(file.fd, words[2] + "\n");
    }
  }
  return true;
}

bool SignalFromFile(const std::vector<std::string>& words) {
  const std::optional<std::string> pid = ReadWhole(words[1]);
  return pid && sim_kill(static_cast<pid_t>(NumberIn(*pid)), static_cast<int>(NumberIn(words[2]))) == 0;
}

}  // namespace sim
