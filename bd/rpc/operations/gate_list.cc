// gate_list: the open gates, or all.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/gate.h"
#include "engine/query/list.h"

namespace bd {
namespace {

struct Args {
  bool all = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("all", self.all);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "gate list args"));
  IssueFilter filter;
  filter.type = std::string(kGateType);
  filter.exclude_closed = !args.all;
  const std::vector<Issue> gates = TRY(ListIssues(session.tx(), filter, {}, {.labels = true}));
  return gates.empty() ? Null() : IssueList(gates, shape::Plain());
}

}  // namespace

extern const Operation kOperation_gate_list;
const Operation kOperation_gate_list = {"gate_list", false, Run};

}  // namespace bd
