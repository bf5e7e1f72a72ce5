// bd daemon start: in the background, or as this process.
#include "bd/command.h"
#include "bd/daemon/control.h"
#include "bd/daemon/rebind.h"
#include "bd/daemon/run.h"
#include "bd/daemon/start_flags.h"
#include "bd/daemon/supervisor.h"
#include "bd/version.h"
#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/session/ignore_file.h"

namespace bd {
namespace {

constexpr int64_t kSettleMs = 10'000;  // of one that is just starting or ending

struct Args {
  std::string database;
  bool foreground = false, tells_starter = false, has_supervisor = false;
  bool forces = false;
  std::string forced_by;
  DaemonOptions options;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("database", self.database);
    visit("foreground", self.foreground);
    visit("tells_starter", self.tells_starter);
    visit("has_supervisor", self.has_supervisor);
    visit("forces", self.forces);
    visit("forced_by", self.forced_by);
    visit("options", self.options);
  }
};

struct Body {
  std::string status;  // started, already_running; empty: this was the daemon, and it has ended
  int64_t pid = 0;
  std::string version;
  bool auto_commit = false;
  int64_t interval_ms = 0;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("status", self.status);
    visit("pid", self.pid);
    visit("version", self.version);
  }
  bool Prints(bool) const { return !status.empty(); }
};

// Where it cannot be written git shows a file more, and all works.
void CompleteIgnores(Invocation& invocation) {
  const auto completed = CompleteIgnoreFile(invocation.workspace->IgnoreFile());
  if (completed && !completed->empty()) invocation.notes.emplace_back(kIgnoreFileCompleted);
}

Status ReadGitFlags(const Invocation& invocation, DaemonOptions& options) {
  const FlagValues& flags = invocation.flags;
  for (const char* name : {"auto-push", "auto-pull"}) {
    if (flags.Bool(name))
      return Invalid(Cat("--", name, " is not supported: nothing is pushed or pulled unless you do it"));
  }
  const std::optional<int64_t> interval = ParseDuration(flags.Text("interval"));
  if (interval.value_or(0) <= 0) return Invalid("interval must be positive");
  options.interval_ms = *interval;
  options.auto_commit = flags.Bool("auto-commit");
  if (!options.auto_commit) return Ok();
  if (flags.Bool("local")) return Invalid("--auto-commit cannot be used with --local mode");
  if (!invocation.workspace->git) {
    return Invalid("not in a git repository", "without --auto-commit the daemon needs none");
  }
  return Ok();
}

Result<Args> Prepare(Invocation& invocation) {
  Args args;
  args.database = invocation.workspace->database;
  args.foreground = invocation.flags.Bool("foreground");
  args.tells_starter = invocation.flags.Bool("tell-starter");
  args.has_supervisor = invocation.flags.Bool("has-supervisor");
  args.forced_by = invocation.flags.Text("forced-by");
  args.forces = TRY(ParseForceRebind(os::GetEnv("BD_FORCE_REBIND"))) && !args.tells_starter;
  if (args.forces) args.forced_by = Administrator();
  args.options.supervised = args.has_supervisor || invocation.flags.Bool("supervised");
  TRY(ReadGitFlags(invocation, args.options));
  if (invocation.flags.Has("idle-exit")) {
    const std::optional<int64_t> idle = ParseDuration(invocation.flags.Text("idle-exit"));
    if (!idle || *idle <= 0)
      return Invalid(Cat("invalid --idle-exit ", Quote(invocation.flags.Text("idle-exit"))));
    args.options.idle_exit_ms = *idle;
  }
  if (!args.tells_starter) CompleteIgnores(invocation);
  return args;
}

Body Already(const DaemonView& view) { return {"already_running", view.pid(), view.version, false, 0}; }

Result<Body> RunHere(const Args& args) {
  const DaemonRun run{args.database, args.tells_starter, args.options, args.forced_by};
  const bool is_supervisor = args.options.supervised && !args.has_supervisor;
  TRY(is_supervisor ? RunSupervisor(run) : RunDaemon(run));
  return Body{};
}

// Nothing: there is none, or none any more.
Result<std::optional<Body>> LookForOther(const DaemonPlace& place, Args& args) {
  const DaemonView view = LookWhenSettled(place, kSettleMs);
  if (!view.answers() && !view.present()) {
    args.forced_by.clear();
    return std::optional<Body>();
  }
  if (args.forces) {
    TRY(ForceOut(place));
    return std::optional<Body>();
  }
  if (view.answers()) return std::optional<Body>(Already(view));
  return Error{Code::kBusy,
               Cat("daemon already running (PID ", view.pid(), "), but it does not answer: ", view.trouble),
               "see 'bd daemon status'", false};
}

Result<Body> Run(const Args& given) {
  // Who was started by another one of these says what it finds to him, and to nobody else.
  if (given.tells_starter) return RunHere(given);
  Args args = given;
  const DaemonPlace place = DaemonPlace::Of(args.database);
  if (std::optional<Body> other = TRY(LookForOther(place, args))) return *std::move(other);
  if (args.foreground) return RunHere(args);
  Result<int64_t> pid = StartDaemon(place, args.options, args.forced_by);
  if (!pid && pid.error().code == Code::kConflict) return Already(LookWhenSettled(place, kSettleMs));
  return Body{"started", TRY(std::move(pid)), std::string(kVersion), args.options.auto_commit,
              args.options.interval_ms};
}

void Print(const Body& body, Output& out) {
  if (body.status != "started")
    return out.Line(Cat("Daemon already running (PID ", body.pid, ", version ", body.version, ")"));
  const std::string interval =
      body.interval_ms % 1000 == 0 ? Cat(body.interval_ms / 1000, "s") : Cat(body.interval_ms, "ms");
  out.Line(body.auto_commit
               ? Cat("Starting bd daemon (interval: ", interval,
                     ", auto-commit: true, auto-push: false, auto-pull: false)")
               : Cat("Starting bd daemon in LOCAL mode (interval: ", interval, ", no git sync)"));
  out.Line(Cat("Daemon started (PID ", body.pid, ")"));
}

}  // namespace

extern const Command kCommand_daemon_start = {
    .name = "daemon start",
    .summary = "Start the daemon",
    .flags = kDaemonStartFlags,
    .arity = {0, 0},
    .needs = Needs::kPlace,
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
