// gate_create: a new gate. The type needs no setting.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/gate.h"
#include "engine/edit/create.h"

namespace bd {
namespace {

struct Args {
  std::string title, await_type, await_id;
  int64_t timeout = 0;  // nanoseconds
  std::vector<std::string> waiters;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("title", self.title);
    visit("await_type", self.await_type);
    visit("await_id", self.await_id);
    visit("timeout", self.timeout);
    visit("waiters", self.waiters);
  }
};
struct Answer {
  std::string id;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "gate create args"));
  NewIssue wanted;
  wanted.issue.title = args.title;
  wanted.issue.issue_type = kGateType;
  wanted.issue.priority = 1;
  wanted.issue.assignee = "deacon/";  // whom the reference leaves gates to
  wanted.issue.ephemeral = true;
  wanted.issue.await_type = args.await_type;
  wanted.issue.await_id = args.await_id;
  wanted.issue.timeout = args.timeout;
  wanted.issue.waiters = args.waiters;
  EditContext context = session.Edit();
  context.vocabulary.custom_types.emplace_back(kGateType);
  return ToJson(Answer{TRY(During("failed to create gate: ", CreateIssue(context, std::move(wanted)))).id});
}

}  // namespace

extern const Operation kOperation_gate_create;
const Operation kOperation_gate_create = {"gate_create", true, Run};

}  // namespace bd
