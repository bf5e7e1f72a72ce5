// label_remove: one label. It has no data.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/base/text.h"
#include "engine/edit/update.h"

namespace bd {
namespace {

struct Args {
  std::string id, label;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("label", self.label);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "label remove args"));
  EditContext context = session.Edit();
  LabelChanges changes;
  changes.remove = {args.label};
  TRY(During("failed to label remove: ", ChangeLabels(context, args.id, changes)));
  return RawJson{};
}

}  // namespace

extern const Operation kOperation_label_remove;
const Operation kOperation_label_remove = {"label_remove", true, Run};

}  // namespace bd
