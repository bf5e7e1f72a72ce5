// bd children: list --parent ID.
#include "bd/list_view.h"

namespace bd {
namespace {

Result<ListArgs> Prepare(Invocation& invocation) {
  ListArgs args;
  args.filter.now = invocation.now;
  args.filter.parent = invocation.arguments[0];
  ApplyListDefaults(args.filter);
  args.options.limit = kListLimit;
  return args;
}

}  // namespace

extern const Command kCommand_children = {
    .name = "children",
    .summary = "List the open children of an issue",
    .arguments = "<parent-id>",
    .group = "Working With Issues",
    .arity = kExactly(1),
    .needs = Needs::kRead,
    .completes_ids = true,
    .handlers = Handle<ListArgs, ListBody, Prepare, RunList, PrintList>(),
};

}  // namespace bd
