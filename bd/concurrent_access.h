// Several processes that write at once, without a daemon: each is right (the store lock), but they wait for
// each other. That is noticed by who finds the store lock taken, so it costs a lone writer nothing.
//
//   daemon.concurrent-access   warn     said once in a workspace, until a daemon has served it (the default)
//                              refuse   a change that meets another one is not made
//                              ignore
#pragma once

#include <optional>
#include <string>

#include "engine/session/config.h"
#include "engine/session/workspace.h"

namespace bd {

enum class OthersRule { kWarn, kRefuse, kIgnore };
// kInvalid: no such value.
Result<OthersRule> OthersRuleOf(const Config& config);

// A daemon serves the database: then nobody is to be told to start one.
bool HasDaemon(const Workspace& workspace);

// The line that one process, the first, is to say.
std::optional<std::string> NoteOnOthers(const Workspace& workspace);

}  // namespace bd
