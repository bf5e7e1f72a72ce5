// show: everything about one issue; deleted ones too.
#include "bd/issue_detail.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/storage/issues.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const IdOfArgs args = TRY(ReadArgs<IdOfArgs>(request, "show args"));
  if (!TRY(IssueExists(session.tx(), args.id))) return NotFound(Cat("issue not found: ", args.id));
  const Detail detail = TRY(LoadDetail(session.tx(), args.id, ""));
  return PrintedJson([&](JsonWriter& out) { detail.PrintJson(out); });
}

}  // namespace

extern const Operation kOperation_show;
const Operation kOperation_show = {"show", false, Run};

}  // namespace bd
