// label_list: the labels of an issue.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/query/resolve.h"
#include "engine/storage/issues.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const IdOfArgs args = TRY(ReadArgs<IdOfArgs>(request, "label list args"));
  TRY(RequireIssue(session.tx(), args.id));
  return ToJson(TRY(FindIssue(session.tx(), args.id, {.labels = true}))->labels);
}

}  // namespace

extern const Operation kOperation_label_list;
const Operation kOperation_label_list = {"label_list", false, Run};

}  // namespace bd
