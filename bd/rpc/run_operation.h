// Carrying out operations inside a transaction that somebody else began.
#pragma once

#include "bd/rpc/operation.h"

namespace bd {

// The effect, and the data of its answer. A request with an id that was carried out before, with the same
// operation, arguments and actor, is answered from the store.
Result<RawJson> RunOnceOnly(Session& session, const Operation& operation, const RpcRequest& request);

}  // namespace bd
