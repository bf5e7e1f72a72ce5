// label_add: one label. It has no data.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/labels.h"
#include "engine/base/text.h"
#include "engine/edit/update.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const LabelOfArgs args = TRY(ReadArgs<LabelOfArgs>(request, "label add args"));
  if (Trim(args.label).empty()) return Invalid("failed to label add: label cannot be empty");
  EditContext context = session.Edit();
  LabelChanges changes;
  changes.add = {args.label};
  TRY(During("failed to label add: ", ChangeLabels(context, args.id, changes)));
  return RawJson{};
}

}  // namespace

extern const Operation kOperation_label_add;
const Operation kOperation_label_add = {"label_add", true, Run};

}  // namespace bd
