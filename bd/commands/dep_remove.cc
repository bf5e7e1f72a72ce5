// bd dep remove (rm): removes all edges from one issue to another.
#include "bd/edge_body.h"
#include "engine/edit/link.h"

namespace bd {
namespace {

Result<EdgeArgs> Prepare(Invocation& invocation) {
  return EdgeArgs{invocation.arguments[0], invocation.arguments[1], ""};
}

Result<EdgeBody> Run(Session& session, const EdgeArgs& args) {
  EdgeBody body;
  body.issue_id = TRY(ResolveEnd(session, "issue ID", args.from));
  body.depends_on_id = TRY(ResolveEnd(session, "dependency ID", args.to));
  body.status = "removed";
  EditContext context = session.Edit();
  TRY(RemoveDependency(context, body.issue_id, body.depends_on_id));
  return body;
}

void Print(const EdgeBody& body, Output& out) {
  out.Line(Cat(out.Styled(Style::kGood, "✓"), " Removed dependency: ", body.issue_id,
               " no longer depends on ", body.depends_on_id));
}

constexpr std::string_view kAliases[] = {"dep rm"};

}  // namespace

extern const Command kCommand_dep_remove = {
    .name = "dep remove",
    .summary = "Remove a dependency",
    .arguments = "<issue-id> <depends-on-id>",
    .arity = kExactly(2),
    .needs = Needs::kWrite,
    .aliases = kAliases,
    .write_name = "dep remove",
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<EdgeArgs, EdgeBody, Prepare, Run, Print>(),
};

}  // namespace bd
