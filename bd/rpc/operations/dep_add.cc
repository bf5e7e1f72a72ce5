// dep_add: one issue depends on another.
#include "bd/edge_body.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/edges.h"
#include "engine/edit/link.h"
#include "engine/types/id.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const EdgeOfArgs args = TRY(ReadArgs<EdgeOfArgs>(request, "dep add args"));
  if (args.dep_type.empty()) {
    return Invalid(
        "failed to add dependency: invalid dependency type: \"\" (must be non-empty string, max 50 chars)");
  }
  const std::string& type = args.dep_type;
  const std::optional<ChildId> child = SplitChildId(args.from_id);
  if (child && args.from_id.starts_with(Cat(args.to_id, ".")) && EdgeAffectsReady(type) &&
      type != edge::kParentChild) {
    return Invalid(Cat("cannot add dependency: ", args.from_id, " is already a child of ", args.to_id,
                       " (children inherit dependency via hierarchy)"));
  }
  EditContext context = session.Edit();
  TRY(During("failed to add dependency: ", AddDependency(context, args.from_id, args.to_id, type)));
  return ToJson(EdgeBody{args.to_id, args.from_id, "added", type});
}

}  // namespace

extern const Operation kOperation_dep_add;
const Operation kOperation_dep_add = {"dep_add", true, Run};

}  // namespace bd
