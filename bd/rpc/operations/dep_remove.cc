// dep_remove: removes the edges from one issue to another, or those of one type.
#include "bd/edge_body.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/edges.h"
#include "engine/edit/link.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const EdgeOfArgs args = TRY(ReadArgs<EdgeOfArgs>(request, "dep remove args"));
  EditContext context = session.Edit();
  TRY(During("failed to dep remove: ", RemoveDependency(context, args.from_id, args.to_id, args.dep_type)));
  return ToJson(EdgeBody{args.to_id, args.from_id, "removed", ""});
}

}  // namespace

extern const Operation kOperation_dep_remove;
const Operation kOperation_dep_remove = {"dep_remove", true, Run};

}  // namespace bd
