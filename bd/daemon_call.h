// The first rung of a client's ladder: a request is served by the daemon, or it is known why not.
//
//   there is no socket, nobody listens   direct; a daemon is started for the next commands, if it may be and
//                                        could be reached
//   denied (sandbox, permissions)        direct; said once, and which of the two
//   silent for half a second             direct, with the same request id; not asked again for 30 s
//   it hung up, it cannot (store gone,   direct, with the same request id: what it may have done already
//   disk full)                           is found in the store
//   it is of another version             direct; said once
//
// No rung waits for a start, and none is tried twice.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bd/serve.h"
#include "engine/session/workspace.h"

namespace bd {

struct DaemonCall {
  const Workspace& workspace;
  const Request& request;
  const std::string& actor;
  bool may_start = false;  // a daemon for later, if there is none
};

// Nothing: to be served in this process. `notes`: lines for standard error.
std::optional<Reply> CallDaemon(const DaemonCall& call, std::vector<std::string>& notes);

// It did not answer a moment ago: nothing that it holds is to be waited for any longer than must be.
bool IsDaemonSilent(const Workspace& workspace);

// For a question, which asks no daemon: in a sandbox it is said, too, that a daemon is there in vain.
void NoteIfOutOfReach(const Workspace& workspace, std::vector<std::string>& notes);

}  // namespace bd
