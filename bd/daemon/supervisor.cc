#include "bd/daemon/supervisor.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "bd/daemon/log.h"
#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/daemon/authority.h"
#include "engine/daemon/launch.h"
#include "engine/daemon/progress_file.h"
#include "engine/daemon/start_state.h"
#include "engine/os/clock.h"
#include "engine/os/poll.h"
#include "engine/os/signals.h"

namespace bd {

namespace {

constexpr int64_t kStepsMs[] = {1'000, 2'000, 4'000, 8'000, 16'000, 30'000};
constexpr int64_t kLookEveryMs = 5'000;
// So many looks without progress, and the daemon hangs: longer than its own guard needs to see it.
constexpr int kStillMax = 9;
constexpr int64_t kStopMs = 8'000, kStopLookMs = 100;

class Supervisor {
 public:
  explicit Supervisor(const DaemonRun& run) : run_(run), place_(DaemonPlace::Of(run.database)) {
    if (run.tells_starter) starter_ = os::Fd(os::kReadyDescriptor);
  }

  Status Run() {
    signals_ = TRY(os::ReceiveSignals());
    const StartWords words = Start();
    if (starter_) os::TellStarter(std::move(starter_), words.ToText());
    if (words.kind == StartWords::Kind::kTaken) return Error{Code::kConflict, words.text, "", false};
    if (words.kind == StartWords::Kind::kFailed) return Error{Code::kBusy, words.text, "", false};
    while (Watch() == Ending::kFailed && StartAgain()) {
    }
    return Ok();
  }

 private:
  enum class Ending { kInOrder, kFailed };

  StartWords Start() {
    daemon_.reset();
    const std::string forced_by = std::exchange(is_first_, false) ? run_.forced_by : "";
    Result<os::Started> started = LaunchSupervised(place_, run_.options, forced_by);
    if (!started) return {StartWords::Kind::kFailed, 0, started.error().message};
    daemon_.emplace(std::move(*started));
    Result<StartWords> heard = HearFrom(*daemon_, place_);
    if (heard) return std::move(*heard);
    // It may still come to its senses, beside the next one; of two, one gets the lock.
    (void)os::SignalStarted(*daemon_, os::EndSignal::kStop);
    return {StartWords::Kind::kFailed, 0, heard.error().message};
  }

  // Until the daemon has ended.
  Ending Watch() {
    const int64_t began = os::MonotonicMs();
    int64_t next_look = began + kLookEveryMs;
    uint64_t seen = ProgressFile::Read(place_);
    int still = 0;
    for (;;) {
      if (WaitedFor(next_look - os::MonotonicMs())) return EndWithDaemon();
      if (const std::optional<int> code = EndOfDaemon()) {
        if (*code == 0) return Ending::kInOrder;
        if (os::MonotonicMs() - began >= kHealthyMs) step_ = 0;
        Say(Cat("the daemon (PID ", daemon_->pid, ") failed with exit code ", *code));
        return Ending::kFailed;
      }
      if (os::MonotonicMs() < next_look) continue;
      next_look = os::MonotonicMs() + kLookEveryMs;
      const uint64_t progress = ProgressFile::Read(place_);
      still = progress == seen ? still + 1 : 0;
      seen = progress;
      if (still < kStillMax) continue;
      MARK("supervisor.hung");
      Say(Cat("the daemon (PID ", daemon_->pid, ") hangs; killing it"));
      ProgressFile::NoteStall(place_);
      (void)os::SignalStarted(*daemon_, os::EndSignal::kKill);
      still = 0;
    }
  }

  // False: we were told to end.
  bool StartAgain() {
    for (;;) {
      const int64_t step = kStepsMs[std::min<size_t>(step_++, std::size(kStepsMs) - 1)];
      if (WaitedUntil(os::MonotonicMs() + step)) return false;
      if (WaitedForSchedule()) return false;
      MARK("supervisor.starts_again");
      const StartWords words = Start();
      if (words.kind == StartWords::Kind::kReady) return true;
      Say(Cat("the daemon was not started: ", words.text));
      if (words.kind == StartWords::Kind::kTaken && WaitedForOther()) return false;
    }
  }

  // Each of these: whether we were told to end.
  bool WaitedFor(int64_t ms) {
    std::vector<os::Watched> watched = {os::WatchRead(signals_)};
    if (daemon_) watched.push_back(os::WatchRead(daemon_->process));
    (void)os::Poll(watched, std::max<int64_t>(0, ms));
    bool stop = false;
    for (os::Signal signal = os::NextSignal(signals_); signal != os::Signal::kNone;
         signal = os::NextSignal(signals_)) {
      stop |= signal == os::Signal::kStop;
    }
    return stop;
  }
  bool WaitedUntil(int64_t moment_ms) {
    daemon_.reset();  // it has ended: nothing of it is waited for
    for (int64_t left = moment_ms - os::MonotonicMs(); left > 0; left = moment_ms - os::MonotonicMs()) {
      if (WaitedFor(left)) return true;
    }
    return false;
  }
  // In small steps: `bd daemon reset` lifts it.
  bool WaitedForSchedule() {
    for (;;) {
      const int64_t left = StartState::WaitMs(place_.StartState(), os::Now());
      if (left <= 0) return false;
      if (WaitedUntil(os::MonotonicMs() + std::min(left, kLookEveryMs))) return true;
    }
  }
  bool WaitedForOther() {
    while (LookForOwner(place_).owner == OwnerLook::Owner::kPresent) {
      if (WaitedUntil(os::MonotonicMs() + kLookEveryMs)) return true;
    }
    return false;
  }

  std::optional<int> EndOfDaemon() const {
    Result<std::optional<int>> end = os::EndOf(*daemon_);
    // Nobody's child can be waited for: then it is gone as well.
    return end ? *end : std::optional<int>(os::kStalledExit);
  }

  // It is asked to end, and has its time for that; it is never killed for it.
  Ending EndWithDaemon() {
    (void)os::SignalStarted(*daemon_, os::EndSignal::kStop);
    const int64_t deadline = os::MonotonicMs() + kStopMs;
    while (!EndOfDaemon() && os::MonotonicMs() < deadline) (void)WaitedFor(kStopLookMs);
    return Ending::kInOrder;
  }

  // The log is opened for each line: between two of them a daemon may have set it aside.
  void Say(const std::string& line) { DaemonLog(place_.Log()).Warn(Cat("supervisor: ", line)); }

  const DaemonRun& run_;
  DaemonPlace place_;
  os::Fd starter_, signals_;
  std::optional<os::Started> daemon_;
  size_t step_ = 0;
  bool is_first_ = true;
};

}  // namespace

Status RunSupervisor(const DaemonRun& run) { return Supervisor(run).Run(); }

}  // namespace bd
