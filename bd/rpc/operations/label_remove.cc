// label_remove: one label. It has no data.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/labels.h"
#include "engine/edit/update.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const LabelOfArgs args = TRY(ReadArgs<LabelOfArgs>(request, "label remove args"));
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
