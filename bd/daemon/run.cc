#include "bd/daemon/run.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "bd/daemon/auto_commit.h"
#include "bd/daemon/log.h"
#include "bd/daemon/service.h"
#include "bd/rpc/answer.h"
#include "bd/version.h"
#include "bd/wire.h"
#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/daemon/launch.h"
#include "engine/daemon/progress_file.h"
#include "engine/daemon/registry.h"
#include "engine/daemon/start_state.h"
#include "engine/os/background.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/os/path.h"
#include "engine/os/random.h"
#include "engine/os/signals.h"
#include "engine/os/socket.h"

namespace bd {

namespace {

constexpr int kBacklog = 512;
constexpr int64_t kLookEveryMs = 5'000;
constexpr int64_t kDrainMs = 5'000;
constexpr int64_t kGitAtEndMs = 5'000;
// Whoever waits behind us for the store can wait for it directly; and a turn has to come to its end long
// before it is taken for a hung one.
constexpr int64_t kStoreLockMs = 5'000;
// Together less than commands wait for a lock: what a hung daemon holds they get in time.
constexpr os::StallLimits kStall{23'000, 5'000};

class Daemon {
 public:
  explicit Daemon(const DaemonRun& run)
      : options_(run.options), place_(DaemonPlace::Of(run.database)), log_(place_.Log()) {
    about_.forced_by = run.forced_by;
    if (run.tells_starter) starter_ = os::Fd(os::kReadyDescriptor);
  }

  Status Run() {
    Status started = Start();
    if (!started) {
      const bool is_taken = !authority_ && started.error().code == Code::kBusy;
      authority_.reset();  // who hears of it may look at once
      Tell({is_taken ? StartWords::Kind::kTaken : StartWords::Kind::kFailed, 0, started.error().message});
      return started;
    }
    Loop();
    End();
    return Ok();
  }

 private:
  Status Start() {
    signals_ = TRY(os::ReceiveSignals());
    authority_.emplace(TRY(Authority::Take(place_)));
    TRY(MayStart());
    Status ready = BecomeReady();
    if (!ready) NoteFailure(ready.error().message);
    return ready;
  }

  Status MayStart() {
    const int64_t wait = StartState::WaitMs(place_.StartState(), os::Now());
    if (wait > 0) {
      const auto state = StartState::Load(place_.StartState(), os::Now());
      return Error{
          Code::kBusy,
          Cat("the daemon is not started for another ", (wait + 999) / 1000, " s: ", state->attempt_count,
              state->attempt_count == 1 ? " start" : " starts", " came to no good",
              state->last_error.empty() ? "" : Cat(" (", state->last_error, ")")),
          "bd works without it; 'bd daemon reset' lets it be started at once", false};
    }
    return StartState::NoteAttempt(place_.StartState(), os::Now());
  }

  Status BecomeReady() {
    const os::ProcessIdentity self = os::OwnIdentity();
    if (const std::optional<LastState> last = LoadLastState(place_)) {
      const bool stalled = ProgressFile::IsStalled(place_);
      log_.Info(Cat("the last daemon ", VerdictOn(*last, OwnerLook::Owner::kNone, self.boot, stalled)));
    }
    progress_.emplace(place_);
    progress_->GuardAgainstStall(kStall);
    about_.status = "starting";
    about_.instance = os::RandomHex(16);
    about_.pid = self.pid;
    about_.boot = self.boot;
    about_.version = kVersion;
    about_.started_at = FormatTime(os::Now());
    about_.heartbeat = about_.started_at;
    (void)SaveLastState(place_, about_);
    log_.Info("Daemon started");
    if (!about_.forced_by.empty()) log_.Warn(Cat("the daemon before was ended by force: ", about_.forced_by));
    // Bound, but not in place: a sandbox that forbids sockets is noticed before the store is opened.
    os::Fd listener = TRY(Bind());
    const Workspace workspace = TRY(FindWorkspace({"/", place_.database}));
    const Config config = Config::Load(workspace.directory, workspace.directory);
    if (WantsCommits(config)) {
      auto_commit_.emplace(workspace, config, options_.interval_ms, log_);
      about_.auto_commit = true;
    }
    service_.emplace(TRY(OpenSession(workspace, config)), place_, about_, log_);
    log_.Info("database opened");
    TRY(authority_->Announce(RecordOf(self)));
    server_.emplace(std::move(listener), LimitsHere());
    TRY(PutSocketInPlace());
    Register({os::DirectoryOf(place_.directory), place_.socket, place_.database, std::string(kVersion),
              about_.started_at, about_.pid});
    about_.status = "running";
    (void)SaveLastState(place_, about_);
    (void)os::Unlink(place_.Failure());
    (void)os::Unlink(place_.Told());
    (void)os::Unlink(place_.OthersNoted());
    log_.Info("RPC server ready (socket listening)");
    Tell({StartWords::Kind::kReady, about_.pid, ""});
    return Ok();
  }

  std::string NewSocket() const { return place_.socket + ".new"; }

  Result<os::Fd> Bind() {
    TRY(place_.MakeSocketDirectory());
    // A name beside the database is ours, another one (BD_SOCKET) may be shared.
    if (place_.HasShortSocket() && !IsSocketOurs() && os::Connect(place_.socket)) {
      return Error{Code::kConflict, Cat("another daemon listens on ", place_.socket),
                   "give each workspace a BD_SOCKET of its own", false};
    }
    // Ours alone to make: we have the authority.
    if (os::Exists(NewSocket())) TRY(os::Unlink(NewSocket()));
    return os::Listen(NewSocket(), kBacklog);
  }

  Status PutSocketInPlace() {
    TRY(os::Rename(NewSocket(), place_.socket));
    socket_ = TRY(os::Stat(place_.socket));
    return Ok();
  }

  // By a flag, a variable, or a setting, as 0.49.6 has them; pushing and pulling is not done, whoever wants
  // it.
  bool WantsCommits(const Config& config) {
    auto wants = [&config](const std::string& what, const char* variable) {
      return ParseBool(os::GetEnv(variable)).value_or(config.Flag("daemon." + what));
    };
    const bool all = wants("auto-sync", "BEADS_AUTO_SYNC");
    if (all || wants("auto-push", "BEADS_AUTO_PUSH") || wants("auto-pull", "BEADS_AUTO_PULL")) {
      log_.Warn("auto-push and auto-pull are not supported: nothing is pushed or pulled");
    }
    return options_.auto_commit || all || wants("auto-commit", "BEADS_AUTO_COMMIT");
  }

  Result<Session> OpenSession(const Workspace& workspace, const Config& config) {
    SessionOptions options;
    options.actor = "daemon";
    options.is_busy = true;
    options.comes_back = true;
    options.lock_timeout_ms = kStoreLockMs;
    options.progress = [this](int64_t, int64_t) { progress_->Move(); };
    return Session::Open(workspace, config, options);
  }

  DaemonRecord RecordOf(const os::ProcessIdentity& self) const {
    DaemonRecord record;
    record.instance = about_.instance;
    record.process = self;
    record.user = os::EffectiveUser();
    record.host = os::HostName();
    record.version = kVersion;
    record.protocol = kWireProtocol;
    record.database = place_.database;
    record.socket = place_.socket;
    record.started_at = about_.started_at;
    record.managed_by = options_.supervised ? "supervisor" : "";
    record.options = options_;
    return record;
  }

  static rpc::Limits LimitsHere() {
    rpc::Limits limits;
    if (auto most = ParseInt(os::GetEnv("BEADS_DAEMON_MAX_CONNS")); most && *most > 0) {
      limits.connections_max = static_cast<size_t>(*most);
    }
    limits.too_many = FailureLine("the daemon is busy: too many connections");
    limits.too_long = FailureLine(Cat("invalid request: longer than ", limits.line_max, " bytes"));
    return limits;
  }

  void NoteFailure(const std::string& reason) {
    StartState::NoteFailure(place_.StartState(), os::Now(), reason);
    (void)os::ReplaceOwnFile(place_.Failure(), reason + "\n", 0644);
    about_.status = "failed";
    about_.reason = reason;
    (void)SaveLastState(place_, about_);
    if (!socket_) (void)os::Unlink(NewSocket());
    authority_->Withdraw();
    log_.Warn(Cat("the daemon cannot start: ", reason));
  }

  void Loop() {
    const int64_t started = os::MonotonicMs();
    int64_t next_look = started + kLookEveryMs;
    bool healthy = false;
    while (reason_.empty()) {
      progress_->Move();
      const int64_t now = os::MonotonicMs();
      int64_t wait = next_look - now;
      if (const int64_t publish = service_->NextPublishMs(); publish >= 0) wait = std::min(wait, publish);
      if (const int64_t commit = NextCommitMs(); commit >= 0) wait = std::min(wait, commit);
      Result<std::vector<rpc::Call>> calls = server_->Turn(std::max<int64_t>(0, wait), WatchedBesides());
      if (!calls) {
        reason_ = calls.error().message;
        break;
      }
      if (!authority_->IsIntact()) {
        MARK("daemon.authority_lost");
        reason_ = "its lock file is gone";
        break;
      }
      Serve(*calls);
      TakeSignals();
      service_->PublishIfDue();
      Commit();
      if (service_->is_overtaken() && reason_.empty()) reason_ = "the store belongs to a newer bd by now";
      if (os::MonotonicMs() < next_look) continue;
      next_look = os::MonotonicMs() + kLookEveryMs;
      LookAround();
      if (!healthy && os::MonotonicMs() - started >= kHealthyMs) {
        healthy = true;
        StartState::NoteHealth(place_.StartState(), os::Now());
      }
    }
  }

  int64_t NextCommitMs() const { return auto_commit_ ? auto_commit_->NextMs() : -1; }
  void Commit() {
    if (!auto_commit_) return;
    if (std::exchange(seen_exports_, about_.exports) != about_.exports) auto_commit_->Look();
    auto_commit_->Continue();
  }
  std::vector<os::Watched> WatchedBesides() const {
    std::vector<os::Watched> watched = {os::WatchRead(signals_)};
    if (auto_commit_) auto_commit_->Watch(watched);
    return watched;
  }

  void Serve(const std::vector<rpc::Call>& calls) {
    service_->Serve(calls, *server_, [this](uint64_t connection, std::string_view line) {
      server_->Answer(connection, line);
    });
    if (service_->stop_wanted() && reason_.empty()) reason_ = "shutdown was asked for";
  }

  void TakeSignals() {
    for (os::Signal signal = os::NextSignal(signals_); signal != os::Signal::kNone;
         signal = os::NextSignal(signals_)) {
      if (signal == os::Signal::kStop) reason_ = "a signal";
    }
  }

  void LookAround() {
    about_.heartbeat = FormatTime(os::Now());
    (void)SaveLastState(place_, about_);
    service_->Look();
    if (auto_commit_) auto_commit_->Look();
    const int64_t quiet = os::MonotonicMs() - service_->last_request_ms();
    if (options_.idle_exit_ms >= 0 && quiet >= options_.idle_exit_ms) reason_ = "nobody asked for anything";
    if (!IsSocketOurs()) RemakeSocket();
  }

  bool IsSocketOurs() const {
    Result<os::FileInfo> now = os::Stat(place_.socket);
    return now && socket_ && SameFile(*now, *socket_);
  }

  // Somebody removed it, or put something else there. We have the authority: the name is ours.
  void RemakeSocket() {
    MARK("daemon.socket_lost");
    log_.Warn("the socket is gone; making a new one");
    Result<os::Fd> listener = Bind();
    if (!listener) return log_.Warn(listener.error().message);
    if (Status placed = PutSocketInPlace(); !placed) return log_.Warn(placed.error().message);
    server_->Replace(std::move(*listener));
  }

  // Who asked before gets an answer; then what was changed is published; then there is nobody here.
  void End() {
    log_.Info(Cat("shutting down: ", reason_));
    // Of a workspace that is gone, or has another daemon by now, nothing is ours any more, and what somebody
    // asked for is his to do: he sees that we hang up.
    if (authority_->IsIntact()) {
      EndInOrder();
    } else {
      server_.reset();
      service_.reset();
    }
    log_.Info("Daemon stopped");
  }

  void EndInOrder() {
    about_.status = "stopping";
    about_.reason = reason_;
    (void)SaveLastState(place_, about_);
    if (IsSocketOurs()) (void)os::Unlink(place_.socket);
    server_->StopListening();
    const int64_t give_up = os::MonotonicMs() + kDrainMs;
    while (!server_->IsDrained() && os::MonotonicMs() < give_up) {
      progress_->Move();
      Result<std::vector<rpc::Call>> calls = server_->Turn(100);
      if (!calls) break;
      Serve(*calls);
    }
    progress_->Move();
    service_->PublishAll();
    progress_->Move();
    if (auto_commit_) auto_commit_->Finish(kGitAtEndMs, [this] { progress_->Move(); });
    service_.reset();
    about_.status = "stopped";
    about_.heartbeat = FormatTime(os::Now());
    (void)SaveLastState(place_, about_);
    StartState::Clear(place_.StartState());
    Unregister(place_.database);
    authority_->Withdraw();
  }

  void Tell(const StartWords& words) {
    if (starter_) os::TellStarter(std::move(starter_), words.ToText());
  }

  const DaemonOptions& options_;
  DaemonPlace place_;
  DaemonLog log_;
  os::Fd starter_, signals_;
  std::optional<Authority> authority_;
  LastState about_;
  std::optional<ProgressFile> progress_;
  std::optional<AutoCommit> auto_commit_;
  int64_t seen_exports_ = 0;
  std::optional<Service> service_;
  std::optional<rpc::Server> server_;
  std::optional<os::FileInfo> socket_;
  std::string reason_;  // why it ends; empty: it does not
};

}  // namespace

Status RunDaemon(const DaemonRun& run) { return Daemon(run).Run(); }

}  // namespace bd
