// label_add: one label. It has no data.
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
  const Args args = TRY(ReadArgs<Args>(request, "label add args"));
  EditContext context = session.Edit();
  LabelChanges changes;
  changes.add = {args.label};
  TRY(During("failed to label add: ", ChangeLabels(context, args.id, changes)));
  if (Trim(args.label).empty()) return Invalid("failed to label add: label cannot be empty");
  return RawJson{};
}

}  // namespace

extern const Operation kOperation_label_add;
const Operation kOperation_label_add = {"label_add", true, Run};

}  // namespace bd
