#include "bd/daemon_call.h"

#include "bd/sandbox.h"
#include "bd/wire.h"
#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/daemon/authority.h"
#include "engine/daemon/silence.h"
#include "engine/daemon/start_state.h"
#include "engine/os/background.h"
#include "engine/os/clock.h"
#include "engine/rpc/client.h"

namespace bd {

namespace {

constexpr const char* kIdleExit = "30m";

// For the commands that come after this one: nobody waits for it, and nobody minds if it does not work.
void StartForLater(const DaemonPlace& place) {
  if (StartState::WaitMs(place.StartState(), os::Now()) > 0) return;
  if (LookForOwner(place).owner != OwnerLook::Owner::kNone) return;
  MARK("client.starts_daemon");
  const std::string program = os::OwnProgram();
  if (program.empty()) return;
  (void)os::StartInBackground(
      {{program, "daemon", "start", "--foreground", "--idle-exit", kIdleExit, "--db", place.database}, {}});
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

std::optional<Reply> ReadAnswer(const DaemonCall& call, const std::string& line, Effects& effects) {
  Reply reply;
  const Status read = ReadCommandAnswer(line, *call.request.command, reply, effects);
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
      StartForLater(place);
    }
    return std::nullopt;
  }
  if (IsKnownSilent(place, os::Now())) return std::nullopt;
  rpc::Patience patience;
  patience.progress = [&place] { return ProgressFile::Read(place); };
  rpc::Client client(place.socket);
  const rpc::Exchange exchange =
      client.Ask(CommandLineFor(call.request, place.database, call.actor, call.owner), patience);
  switch (exchange.finding) {
    case rpc::Finding::kAnswered: {
      Effects effects;
      std::optional<Reply> reply = ReadAnswer(call, exchange.answer, effects);
      if (reply && !reply->error) Perform(call.workspace, effects);
      if (!reply) MARK("client.daemon_cannot");
      return reply;
    }
    case rpc::Finding::kRefused:
    case rpc::Finding::kNotThere:
      if (call.may_start) StartForLater(place);
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

void NoteIfOutOfReach(const Workspace& workspace, std::vector<std::string>& notes) {
  const DaemonPlace place = DaemonPlace::Of(workspace.database);
  if (!os::IsWritable(place.socket) || !LooksLikeSandbox() || !IsOutOfReach(place)) return;
  MARK("client.question_out_of_reach");
  notes.push_back(NoteOfDenial(place));
}

}  // namespace bd
