// gate_show: one gate.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/gate.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const IdOfArgs args = TRY(ReadArgs<IdOfArgs>(request, "gate show args"));
  return GateData(TRY(FindGate(session, args.id)));
}

}  // namespace

extern const Operation kOperation_gate_show;
const Operation kOperation_gate_show = {"gate_show", false, Run};

}  // namespace bd
