// resolve_id: from what a person types to an id.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/query/resolve.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const IdOfArgs args = TRY(ReadArgs<IdOfArgs>(request, "resolve_id args"));
  return ToJson(TRY(During("failed to resolve ID: ", ResolveId(session.tx(), args.id))));
}

}  // namespace

extern const Operation kOperation_resolve_id;
const Operation kOperation_resolve_id = {"resolve_id", false, Run};

}  // namespace bd
