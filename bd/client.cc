#include "bd/client.h"

#include <utility>

#include "bd/concurrent_access.h"
#include "bd/daemon_call.h"
#include "bd/help.h"
#include "bd/progress.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/os/random.h"

namespace bd {

namespace {

constexpr int64_t kSandboxLockTimeoutMs = 100;
// For a daemon that does not answer while it writes the shared file: as long as it was waited for before.
constexpr int64_t kSilentPublisherMs = 500;
constexpr int kStandardOutput = 1, kStandardError = 2;

// A request's way to where it is served, and the reply's way back.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Reply Call(const Request& request) = 0;
};

class InProcess final : public Transport {
 public:
  explicit InProcess(Session* session) : session_(session) {}
  Reply Call(const Request& request) override { return Serve(session_, request); }

 private:
  Session* session_;
};

Globals MergeGlobals(const FlagValues& flags, const Config& config) {
  auto flag = [&](std::string_view name) { return flags.Has(name) ? flags.Bool(name) : config.Flag(name); };
  Globals globals;
  globals.json = flag("json");
  globals.quiet = flags.Bool("quiet");
  globals.verbose = flags.Bool("verbose") || !os::GetEnv("BD_DEBUG").empty();
  globals.read_only = flag("readonly");
  globals.sandbox = flags.Bool("sandbox");
  globals.no_daemon = flag("no-daemon") || globals.sandbox;
  globals.auto_export = !flag("no-auto-flush") && !globals.sandbox;
  globals.auto_import = !flag("no-auto-import") && !globals.sandbox;
  globals.check_freshness = !flags.Bool("allow-stale");
  globals.without_database = flag("no-db");
  globals.database = flags.Has("db") ? flags.Text("db") : config.Get("db");
  globals.actor = flags.Has("actor") ? flags.Text("actor") : config.Get("actor");
  globals.request_id = flags.Has("request-id") ? flags.Text("request-id") : os::GetEnv("BD_REQUEST_ID");
  globals.lock_timeout_ms =
      ParseDuration(flags.Has("lock-timeout") ? flags.Text("lock-timeout") : config.Get("lock-timeout"))
          .value_or(kLockTimeoutMs);
  if (globals.sandbox && !flags.Has("lock-timeout")) globals.lock_timeout_ms = kSandboxLockTimeoutMs;
  return globals;
}

constexpr std::string_view kNoWorkspace =
    "Error: no beads database found\n"
    "Hint: run 'bd init' to create a database in the current directory\n"
    "      or use 'bd --no-db' to work with JSONL only (no SQLite)\n"
    "      or set BEADS_DIR to point to your .beads directory\n";

// Everything that one invocation goes through.
class Invoker {
 public:
  Invoker(const Command& command, const FlagValues& flags, const std::vector<std::string>& arguments)
      : command_(command), flags_(flags), arguments_(arguments) {}

  ClientResult Run() {
    Status status = RunSteps();
    if (!status) PrintError(status.error());
    result_.output = std::move(output_);
    return std::move(result_);
  }

 private:
  Status RunSteps() {
    if (!command_.deprecated.empty()) {
      Note(Cat("Command \"", LeafOf(command_.name), "\" is deprecated, ", command_.deprecated));
    }
    TRY(CheckSettings());
    const std::string start = TRY(os::CurrentDirectory());
    if (command_.needs == Needs::kIfThere || command_.needs == Needs::kPlaceIfThere) {
      FindPlaceIfThere(start);
    } else if (command_.needs != Needs::kNothing) {
      TRY(FindPlace(start));
    }
    config_ = Config::Load(workspace_ ? workspace_->directory : "", start);
    if (!config_.problem().empty()) Note(Cat("Warning: failed to initialize config: ", config_.problem()));
    globals_ = MergeGlobals(flags_, config_);
    if (globals_.read_only && !command_.write_name.empty()) {
      return Invalid(Cat("operation '", command_.write_name, "' is not allowed in read-only mode"));
    }
    Invocation invocation{std::string(command_.name),
                          flags_,
                          arguments_,
                          globals_,
                          config_,
                          workspace_ ? &*workspace_ : nullptr,
                          "",
                          "",
                          os::Now(),
                          Terminal::Detect(),
                          {}};
    FillActor(invocation);
    Request request;
    request.command = &command_;
    request.id = globals_.request_id.empty() ? os::RandomHex(16) : globals_.request_id;
    auto args = command_.handlers.prepare(invocation);
    for (std::string& note : invocation.notes) Note(note);
    prepared_ = true;
    request.args = TRY(std::move(args));
    const bool has_session =
        workspace_ && command_.needs != Needs::kPlace && command_.needs != Needs::kPlaceIfThere;
    return has_session ? CallWithSession(request, invocation) : Call(request, nullptr, invocation);
  }

  // Variables that would select another backend than the one there is.
  Status CheckSettings() {
    for (const char* name : {"BD_BACKEND", "BD_DATABASE_BACKEND"}) {
      if (!os::GetEnv(name).empty())
        return Invalid(Cat(name, " is set, but the only backend is sqlite"), Cat("unset ", name));
    }
    const std::string dolt = flags_.Text("dolt-auto-commit");
    if (!dolt.empty() && dolt != "off" && dolt != "on") {
      return Invalid(Cat("invalid --dolt-auto-commit=", Quote(dolt), " (valid: off, on)"));
    }
    return Ok();
  }

  Status FindPlace(const std::string& start) {
    Result<Workspace> found = FindWorkspace({start, WantedDatabase()});
    if (!found && found.error().message == "no beads database found") {
      result_.errors += kNoWorkspace;
      result_.exit_code = 1;
      return Error{Code::kNotFound, "", "", true};
    }
    workspace_ = TRY(std::move(found));
    return Ok();
  }

  void FindPlaceIfThere(const std::string& start) {
    Result<Workspace> found = FindWorkspace({start, WantedDatabase()});
    if (found && (found->HasDatabase() || found->HasSharedFile())) workspace_ = std::move(*found);
  }

  std::string WantedDatabase() const { return flags_.Has("db") ? flags_.Text("db") : os::GetEnv("BD_DB"); }

  void FillActor(Invocation& invocation) {
    if (command_.needs != Needs::kWrite && command_.needs != Needs::kSession) return;
    GitIdentity git;
    std::string actor = globals_.actor;
    if (actor.empty()) actor = os::GetEnv("BEADS_ACTOR");
    const bool wants_owner = command_.write_name == "create";
    if (actor.empty() || wants_owner) git = FindGitIdentity(workspace_ ? workspace_->git : std::nullopt);
    if (actor.empty()) actor = git.name;
    if (actor.empty()) actor = os::GetEnv("USER");
    invocation.actor = actor.empty() ? "unknown" : actor;
    invocation.owner = git.email;
  }

  // A daemon does what any process would do; what is asked for in another way is done here.
  bool MayUseDaemon(const Request& request) const {
    if (command_.needs != Needs::kWrite || request.args->ReadsOnly() || globals_.no_daemon) return false;
    const bool usual = globals_.auto_export && globals_.auto_import && globals_.check_freshness &&
                       !globals_.without_database && globals_.lock_timeout_ms == kLockTimeoutMs;
    // Git waits for its hooks, and for what they start.
    return usual && workspace_->HasDatabase() && !os::HasEnv("GIT_INDEX_FILE");
  }

  bool IsQuestion(const Request& request) const {
    return command_.needs == Needs::kRead || (command_.needs == Needs::kWrite && request.args->ReadsOnly());
  }

  bool MayStartDaemon() const {
    const std::string forbidden = Lower(os::GetEnv("BEADS_NO_DAEMON"));
    for (std::string_view yes : {"1", "true", "yes", "on"}) {
      if (forbidden == yes) return false;
    }
    const std::optional<bool> wanted = ParseBool(os::GetEnv("BEADS_AUTO_START_DAEMON"));
    return workspace_->git.has_value() && wanted.value_or(config_.Flag("auto-start-daemon"));
  }

  Status CallWithSession(const Request& request, const Invocation& invocation) {
    if (MayUseDaemon(request)) {
      std::vector<std::string> notes;
      std::optional<Reply> reply =
          CallDaemon({*workspace_, request, invocation.actor, MayStartDaemon()}, notes);
      for (const std::string& note : notes) Note(note);
      if (reply) return Show(*std::move(reply), invocation);
    } else if (IsQuestion(request) && !globals_.no_daemon) {
      std::vector<std::string> notes;
      NoteIfOutOfReach(*workspace_, notes);
      for (const std::string& note : notes) Note(note);
    }
    SessionOptions options;
    options.actor = invocation.actor;
    options.read_only = globals_.read_only;
    options.auto_export = globals_.auto_export;
    options.auto_import = globals_.auto_import;
    options.check_freshness = globals_.check_freshness;
    options.without_database = globals_.without_database;
    options.lock_timeout_ms = globals_.lock_timeout_ms;
    if (Writes(request) && IsDaemonSilent(*workspace_)) options.publish_wait_ms = kSilentPublisherMs;
    options.progress = MakeProgress();
    const OthersRule rule = Writes(request) ? TRY(OthersRuleOf(config_)) : OthersRule::kIgnore;
    options.refuses_others = rule == OthersRule::kRefuse && !HasDaemon(*workspace_);
    Result<Session> opened = Session::Open(*workspace_, config_, options);
    if (!opened && command_.needs == Needs::kIfThere) return Call(request, nullptr, invocation);
    Session session = TRY(std::move(opened));
    Status called = Call(request, &session, invocation);
    if (rule == OthersRule::kWarn && session.store().met_others()) NoteOthers(request);
    return called;
  }

  bool Writes(const Request& request) const {
    const bool may = command_.needs == Needs::kWrite || command_.needs == Needs::kSession;
    return may && !request.args->ReadsOnly();
  }

  // Where a daemon comes by itself nobody has to think of it.
  void NoteOthers(const Request& request) {
    if (MayUseDaemon(request) && MayStartDaemon()) return;
    if (std::optional<std::string> note = NoteOnOthers(*workspace_)) Note(*note);
  }

  Status Call(const Request& request, Session* session, const Invocation& invocation) {
    InProcess transport(session);
    for (;;) {
      Reply reply = transport.Call(request);
      std::optional<int64_t> again_ms;
      if (command_.handlers.follow != nullptr && reply.body) {
        again_ms = command_.handlers.follow(*request.args, *reply.body);
      }
      TRY(Show(std::move(reply), invocation));
      if (!again_ms) return Ok();
      TRY(WriteOut());
      os::SleepMs(*again_ms);
    }
  }

  // What there is so far, for who follows.
  Status WriteOut() {
    TRY(os::Write(kStandardOutput, std::exchange(output_, "")));
    return os::Write(kStandardError, std::exchange(result_.errors, ""));
  }

  Status Show(Reply reply, const Invocation& invocation) {
    for (const std::string& note : reply.notes) Note(note);
    if (reply.error) return *std::move(reply.error);
    Print(*reply.body, invocation.terminal);
    for (const std::string& note : reply.body->Notes(globals_.json)) Note(note);
    for (const std::string& failure : reply.failures) Note(failure);
    if (reply.failed()) result_.exit_code = 1;
    if (std::optional<std::string> failure = reply.body->Failure()) {
      const bool shown = globals_.json && reply.body->Prints(true);
      if (!shown && !failure->empty()) Note(*failure);
      result_.exit_code = reply.body->FailureCode();
    }
    return Ok();
  }

  void Print(const AnyBody& body, const Terminal& terminal) {
    if (!body.Prints(globals_.json)) return;
    if (globals_.json) {
      if (std::optional<std::string> lines = body.JsonLines()) {
        output_ = std::move(*lines);
        return;
      }
    }
    if (globals_.json && !body.TextOnly()) {
      JsonWriter out(output_, JsonWriter::Form::kIndented);
      body.PrintJson(out);
      if (!output_.empty()) output_ += '\n';
      return;
    }
    Output out(terminal);
    body.PrintText(out);
    output_ = out.Take();
  }

  void PrintError(const Error& error) {
    result_.exit_code = 1;
    if (error.message.empty()) return;
    const bool as_json = globals_.json && command_.json_errors && prepared_ && error.code != Code::kUsage;
    if (as_json) {
      JsonWriter out(output_, JsonWriter::Form::kIndented);
      out.BeginObject();
      out.Key("error");
      out.String(error.message);
      if (!error.hint.empty()) {
        out.Key("hint");
        out.String(error.hint);
      }
      out.EndObject();
      output_ += '\n';
      return;
    }
    result_.errors += ErrorLines(error);
    if (error.code == Code::kUsage && command_.help_on_usage_error) {
      output_ += CommandHelp(command_);
    } else if (error.code == Code::kUsage || command_.usage_on_error)
      result_.errors += UsageText(&command_);
  }

  void Note(std::string_view line) { result_.errors += Cat(line, "\n"); }

  const Command& command_;
  const FlagValues& flags_;
  const std::vector<std::string>& arguments_;
  std::optional<Workspace> workspace_;
  Config config_;
  Globals globals_;
  bool prepared_ = false;
  std::string output_;
  ClientResult result_;
};

}  // namespace

std::string Invocation::Joined() const { return Join(arguments, " "); }

Result<std::string> Invocation::ReadInput() const {
  constexpr int kStandardInput = 0;
  return os::ReadToEnd(kStandardInput);
}

std::string ErrorLines(const Error& error) {
  std::string lines = Cat(error.complete ? "" : "Error: ", error.message, "\n");
  if (!error.hint.empty()) lines += Cat("Hint: ", error.hint, "\n");
  return lines;
}

ClientResult RunCommand(const Command& command, const FlagValues& flags,
                        const std::vector<std::string>& arguments) {
  return Invoker(command, flags, arguments).Run();
}

}  // namespace bd
