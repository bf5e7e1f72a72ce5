// What the operations about gates share. A gate is an issue that waits for something outside.
#pragma once

#include "bd/rpc/operation.h"
#include "engine/types/issue.h"

namespace bd {

inline constexpr std::string_view kGateType = "gate";

// From what was typed to the gate.
Result<Issue> FindGate(Session& session, const std::string& typed);
RawJson GateData(const Issue& gate);

}  // namespace bd
