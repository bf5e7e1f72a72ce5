// bd dep add: one issue depends on another.
#include "bd/edge_body.h"
#include "engine/edit/link.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {
    {"type", FlagType::kString, "Type of the edge: blocks, parent-child, related, discovered-from, ...", 't',
     "blocks"},
    {"blocked-by", FlagType::kString, "The issue that it depends on (instead of the second argument)"},
    {"depends-on", FlagType::kString, "", 0, "", "blocked-by", true},
};

Result<EdgeArgs> Prepare(Invocation& invocation) {
  const std::string flag = invocation.flags.Text("blocked-by");
  const std::vector<std::string>& arguments = invocation.arguments;
  auto usage = [](std::string text) { return Error{Code::kUsage, std::move(text), "", false}; };
  if (flag.empty() && arguments.size() != 2) {
    return usage(Cat("requires 2 arg(s), only received ", arguments.size(),
                     " (or use --blocked-by/--depends-on flag)"));
  }
  if (!flag.empty() && arguments.size() > 1) {
    return usage("cannot use both positional depends-on-id and --blocked-by/--depends-on flag");
  }
  return EdgeArgs{arguments[0], flag.empty() ? arguments[1] : flag, invocation.flags.Text("type")};
}

Result<EdgeBody> Run(Session& session, const EdgeArgs& args) {
  EdgeBody body;
  body.issue_id = TRY(ResolveEnd(session, "issue ID", args.from));
  body.depends_on_id = TRY(ResolveEnd(session, "dependency ID", args.to));
  body.status = "added";
  body.type = args.type;
  EditContext context = session.Edit();
  TRY(AddDependency(context, body.issue_id, body.depends_on_id, body.type));
  TRY(WarnOfCycles(session));
  return body;
}

void Print(const EdgeBody& body, Output& out) {
  out.Line(Cat(out.Styled(Style::kGood, "✓"), " Added dependency: ", body.issue_id, " depends on ",
               body.depends_on_id, " (", body.type, ")"));
}

}  // namespace

extern const Command kCommand_dep_add = {
    .name = "dep add",
    .summary = "Add a dependency: the first issue depends on the second",
    .arguments = "<issue-id> [depends-on-id]",
    .help = "The second may be external:PROJECT:CAPABILITY.",
    .flags = kFlags,
    .arity = {1, 2},
    .needs = Needs::kWrite,
    .write_name = "dep add",
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<EdgeArgs, EdgeBody, Prepare, Run, Print>(),
};

}  // namespace bd
