#include "bd/rpc/run_operation.h"

#include "engine/base/hash.h"
#include "engine/base/text.h"
#include "engine/storage/requests.h"

namespace bd {

namespace {

// The classic protocol promises nothing about ids, and some clients send the same one with everything: what
// is asked for is part of what the reply is kept under.
std::string KeyOf(const RpcRequest& request) {
  const std::string asked =
      Cat(request.operation, "\n", request.actor, "\n", request.args ? request.args->Dump() : "");
  return Cat("rpc:", request.request_id, ":", Sha256Hex(asked));
}

}  // namespace

Result<RawJson> RunOnceOnly(Session& session, const Operation& operation, const RpcRequest& request) {
  if (request.request_id.empty()) return operation.run(session, request);
  const std::string key = KeyOf(request);
  if (auto stored = TRY(AnswerFromStore(session.tx(), key))) return RawJson{stored->reply};
  RawJson data = TRY(operation.run(session, request));
  TRY(StoreReply(session.tx(), key, Cat("rpc:", operation.name), data.text, session.Now().seconds));
  return data;
}

}  // namespace bd
