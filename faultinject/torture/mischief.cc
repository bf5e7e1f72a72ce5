#include "faultinject/torture/mischief.h"

#include <signal.h>

#include <algorithm>
#include <cstdlib>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/files.h"
#include "faultinject/torture/store_copy.h"

namespace fault::torture {

namespace {

using bd::Cat;

constexpr int64_t kPauseMost = 120, kClientStopMost = 800, kDaemonStopMost = 1500, kFullMost = 600;
constexpr int64_t kRoomMost = 64 << 10;

}  // namespace

pid_t Mischief::Daemon() const {
  const bd::Result<std::string> text = bd::os::ReadFile(place_.Beads() + "/daemon.pid");
  const pid_t pid = text ? static_cast<pid_t>(atoi(text->c_str())) : 0;
  if (pid <= 1) return 0;
  // A number that is left over may be anybody's.
  const bd::Result<std::string> words = bd::os::ReadFile(Cat("/proc/", pid, "/cmdline"));
  const bool is_ours = words && words->find("--foreground") != std::string::npos &&
                       words->find(place_.Beads()) != std::string::npos;
  return is_ours ? pid : 0;
}

std::string Mischief::Act(int64_t now_ms) {
  ContinueWhoIsDue(now_ms);
  if (wants_quiet_) return ReplaceWhenQuiet();
  if (now_ms < next_ms_) return "";
  next_ms_ = now_ms + dice_.Between(5, kPauseMost);
  DoOne(now_ms);
  return "";
}

void Mischief::DoOne(int64_t now_ms) {
  const uint64_t draw = dice_.Below(100);
  if (Daemon() == 0 && draw < 30) return StartDaemon();
  if (draw < 45) return ToClient(true, now_ms);
  if (draw < 60) return ToClient(false, now_ms);
  if (draw < 70) return ToDaemon(true, now_ms);
  if (draw < 80) return ToDaemon(false, now_ms);
  if (draw < 90) {
    if (bd::os::Unlink(place_.Beads() + "/bd.sock")) ++done_["sockets deleted"];
  } else if (draw < 95) {
    FillDisk(now_ms);
  } else {
    wants_quiet_ = true;
  }
}

void Mischief::ToClient(bool kill, int64_t now_ms) {
  const size_t which = dice_.Below(clients_.size());
  Client& client = clients_[which];
  if (!client.running() || client.stopped()) return;
  if (kill) {
    client.Kill();
    ++done_["clients killed"];
  } else {
    client.Stop();
    stopped_clients_[which] = now_ms + dice_.Between(20, kClientStopMost);
    ++done_["clients stopped"];
  }
}

void Mischief::ToDaemon(bool is_kill, int64_t now_ms) {
  const pid_t daemon = Daemon();
  if (daemon == 0 || daemon == stopped_daemon_) return;
  if (is_kill) {
    (void)kill(daemon, SIGKILL);
    ++done_["daemons killed"];
  } else {
    (void)kill(daemon, SIGSTOP);
    stopped_daemon_ = daemon;
    daemon_until_ms_ = now_ms + dice_.Between(50, kDaemonStopMost);
    ++done_["daemons stopped"];
  }
}

// At once, as an administrator would have it: a killed daemon is otherwise not started for a while.
void Mischief::StartDaemon() {
  (void)bd::os::Unlink(place_.Beads() + "/daemon-start-state.json");
  bd::os::ProcessOptions options;
  options.arguments = {place_.program(), "daemon", "start"};
  options.directory = place_.Workspace();
  options.environment = place_.Environment(false);
  const bd::Result<bd::os::ProcessResult> started = bd::os::RunProcess(options);
  if (started && started->exit_code == 0) ++done_["daemons started"];
}

void Mischief::FillDisk(int64_t now_ms) {
  if (!place_.no_disk().empty() || full_) return;
  place_.FillDisk(dice_.Between(0, kRoomMost));
  full_ = true;
  full_until_ms_ = now_ms + dice_.Between(50, kFullMost);
  ++done_["disks filled"];
}

std::string Mischief::ReplaceWhenQuiet() {
  const bool works =
      std::any_of(clients_.begin(), clients_.end(), [](const Client& c) { return c.running(); });
  if (works || full_ || stopped_daemon_ != 0) return "";
  wants_quiet_ = false;
  std::string wrong = ReplaceStore(place_.Database());
  if (!wrong.empty()) return Cat("replacing the store: ", wrong);
  ++done_["stores replaced"];
  return "";
}

void Mischief::ContinueWhoIsDue(int64_t now_ms) {
  std::erase_if(stopped_clients_, [&](const auto& row) {
    if (now_ms < row.second) return false;
    if (clients_[row.first].running()) clients_[row.first].Continue();
    return true;
  });
  if (stopped_daemon_ != 0 && now_ms >= daemon_until_ms_) {
    if (Daemon() == stopped_daemon_) (void)kill(stopped_daemon_, SIGCONT);
    stopped_daemon_ = 0;
  }
  if (full_ && now_ms >= full_until_ms_) {
    place_.EmptyDisk();
    full_ = false;
    emptied_ms_ = now_ms;
  }
}

void Mischief::End() {
  wants_quiet_ = false;
  full_until_ms_ = daemon_until_ms_ = 0;
  for (auto& row : stopped_clients_) row.second = 0;
  ContinueWhoIsDue(bd::os::MonotonicMs());
}

}  // namespace fault::torture
