#include "bd/daemon_call.h"

#include "bd/sandbox.h"
#include "bd/version.h"
#include "bd/wire.h"
#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/daemon/authority.h"
#include "engine/daemon/launch.h"
#include "engine/daemon/progress_file.h"
#include "engine/daemon/silence.h"
#include "engine/daemon/start_state.h"
#include "engine/os/clock.h"
#include "engine/rpc/client.h"
#include "engine/session/ignore_file.h"

namespace bd {

namespace {

constexpr int64_t kIdleExitMs = 30 * 60'000;
constexpr int64_t kFailureMax = 65536;

// One command says it, and those after it do not; a daemon that starts removes what was told.
void TellOnce(const DaemonPlace& place, const std::string& what, std::string note,
              std::vector<std::string>& notes) {
  const Result<std::string> told = os::ReadFile(place.Told(), kFailureMax);
  if (told && *told == what) return;
  if (!os::OverwriteFile(place.Told(), what, 0600)) return;  // else every command would say it
  notes.push_back(std::move(note));
}

// Why the last start failed.
void TellFailure(const DaemonPlace& place, std::vector<std::string>& notes) {
  const Result<std::string> failure = os::ReadFile(place.Failure(), kFailureMax);
  if (!failure) return;
  TellOnce(
      place, *failure,
      Cat("note: the daemon could not be started: ", Trim(*failure), "; working without it, see 'bd doctor'"),
      notes);
}

// It said nothing that a daemon of this version says.
void TellOtherVersion(const DaemonPlace& place, std::vector<std::string>& notes) {
  TellOnce(place, Cat("other version than ", kVersion, "\n"),
           "note: the daemon is of another version, using direct mode; see 'bd daemon status'", notes);
}

// For the commands that come after this one: nobody waits for it, and nobody minds if it does not work.
void StartForLater(const DaemonPlace& place, std::vector<std::string>& notes) {
  TellFailure(place, notes);
  if (StartState::WaitMs(place.StartState(), os::Now()) > 0) return;
  if (LookForOwner(place).owner != OwnerLook::Owner::kNone) return;
  MARK("client.starts_daemon");
  const auto completed = CompleteIgnoreFile(Cat(place.directory, "/.gitignore"));
  if (completed && !completed->empty()) notes.emplace_back(kIgnoreFileCompleted);
  DaemonOptions options;
  options.idle_exit_ms = kIdleExitMs;
  (void)LaunchDaemon(place, options);
}

// Whether the daemon could not do it, and this process may be able to; what the daemon tried was undone.
bool IsWorthTryingHere(Code code) {
  switch (code) {
    case Code::kReplaced:
    case Code::kNewer:
    case Code::kCorrupt:
    case Code::kIo:
    case Code::kDenied:
    case Code::kBusy:
    case Code::kUnknownOutcome: return true;
    default: return false;
  }
}

std::optional<Reply> ReadAnswer(const DaemonCall& call, const DaemonPlace& place, const std::string& line,
                                Effects& effects, std::vector<std::string>& notes) {
  Reply reply;
  const Status read = ReadCommandAnswer(line, *call.request.command, reply, effects);
  if (!read || (reply.error && reply.error->code == Code::kNewer)) TellOtherVersion(place, notes);
  if (!read || (reply.error && IsWorthTryingHere(reply.error->code))) return std::nullopt;
  return reply;
}

}  // namespace

std::optional<Reply> CallDaemon(const DaemonCall& call, std::vector<std::string>& notes) {
  const DaemonPlace place = DaemonPlace::Of(call.workspace.database);
  const Result<os::FileInfo> socket = os::Stat(place.socket);
  if (!socket && socket.error().code == Code::kNotFound) {
    if (!call.may_start) return std::nullopt;
    // Nobody here could talk to it; and what cannot make its socket would only be a start that failed.
    if (IsOutOfReach(place)) {
      notes.push_back(NoteOfDenial(place));
    } else {
      StartForLater(place, notes);
    }
    return std::nullopt;
  }
  if (IsKnownSilent(place, os::Now())) return std::nullopt;
  rpc::Patience patience;
  patience.progress = [&place] { return ProgressFile::Read(place); };
  rpc::Client client(place.socket);
  const rpc::Exchange exchange =
      client.Ask(CommandLineFor(call.request, place.database, call.actor), patience);
  switch (exchange.finding) {
    case rpc::Finding::kAnswered: {
      Effects effects;
      std::optional<Reply> reply = ReadAnswer(call, place, exchange.answer, effects, notes);
      if (reply && !reply->error) Perform(call.workspace, effects);
      if (!reply) MARK("client.daemon_cannot");
      return reply;
    }
    case rpc::Finding::kRefused:
    case rpc::Finding::kNotThere:
      if (call.may_start) StartForLater(place, notes);
      break;
    case rpc::Finding::kDenied:
      MARK("client.daemon_denied");
      notes.push_back(NoteOfDenial(place));
      break;
    case rpc::Finding::kSilent:
      MARK("client.daemon_silent");
      NoteSilence(place, os::Now());
      notes.push_back("note: the daemon does not answer, using direct mode; see 'bd daemon status'");
      break;
    case rpc::Finding::kLost: MARK("client.daemon_lost"); break;
    case rpc::Finding::kBusy:
    case rpc::Finding::kUnsuitable: break;
  }
  return std::nullopt;
}

bool IsDaemonSilent(const Workspace& workspace) {
  return IsKnownSilent(DaemonPlace::Of(workspace.database), os::Now());
}

void NoteIfOutOfReach(const Workspace& workspace, std::vector<std::string>& notes) {
  const DaemonPlace place = DaemonPlace::Of(workspace.database);
  if (!os::IsWritable(place.socket) || !LooksLikeSandbox() || !IsOutOfReach(place)) return;
  MARK("client.question_out_of_reach");
  notes.push_back(NoteOfDenial(place));
}

}  // namespace bd
