// list: issues by filter, with their edges and counts.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/filter_args.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const FilterArgs args = TRY(ReadArgs<FilterArgs>(request, "list args"));
  const IssueFilter filter = TRY(ToFilter(args, session.Now()));
  const ListOptions options{"", false, std::max<int64_t>(args.limit, 0)};
  return ListData(session.tx(),
                  TRY(During("failed to list issues: ", ListIssues(session.tx(), filter, options,
                                                                   {.labels = true, .dependencies = true}))));
}

}  // namespace

extern const Operation kOperation_list;
const Operation kOperation_list = {"list", false, Run};

}  // namespace bd
