// dep_remove: removes the edges from one issue to another, or those of one type.
#include "bd/edge_body.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/edit/link.h"

namespace bd {
namespace {

struct Args {
  std::string from_id, to_id;
  std::optional<std::string> dep_type;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("from_id", self.from_id);
    visit("to_id", self.to_id);
    visit("dep_type", self.dep_type);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "dep remove args"));
  EditContext context = session.Edit();
  TRY(During("failed to dep remove: ",
             RemoveDependency(context, args.from_id, args.to_id, args.dep_type.value_or(""))));
  return ToJson(EdgeBody{args.to_id, args.from_id, "removed", ""});
}

}  // namespace

extern const Operation kOperation_dep_remove;
const Operation kOperation_dep_remove = {"dep_remove", true, Run};

}  // namespace bd
