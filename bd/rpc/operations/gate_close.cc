// gate_close: what was waited for has come.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/gate.h"
#include "engine/edit/close.h"

namespace bd {
namespace {

struct Args {
  std::string id, reason;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("reason", self.reason);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "gate close args"));
  const Issue gate = TRY(FindGate(session, args.id));
  EditContext context = session.Edit();
  CloseOptions options;
  options.reason = args.reason.empty() ? "Gate closed" : args.reason;
  TRY(During("failed to close gate: ", CloseIssue(context, gate.id, options)));
  return GateData(TRY(FindGate(session, gate.id)));
}

}  // namespace

extern const Operation kOperation_gate_close;
const Operation kOperation_gate_close = {"gate_close", true, Run};

}  // namespace bd
