// label_list_all: every label, with the number of its issues.
#include "bd/rpc/data.h"
#include "engine/query/stats.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest&) { return ToJson(TRY(LabelCounts(session.tx()))); }

}  // namespace

extern const Operation kOperation_label_list_all;
const Operation kOperation_label_list_all = {"label_list_all", false, Run};

}  // namespace bd
