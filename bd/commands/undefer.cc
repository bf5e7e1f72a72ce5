// bd undefer: back to open, without a date.
#include "bd/issues_body.h"
#include "engine/edit/close.h"

namespace bd {
namespace {

Result<IssuesBody> Run(Session& session, const IdArgs& args) {
  const std::vector<std::string> ids = TRY(ResolveAll(session, args.ids, ""));
  EditContext context = session.Edit();
  IssuesBody body;
  TRY(UpdateEach(session, ids, "undeferring", body,
                 [&](const std::string& id) { return UndeferIssue(context, id); }));
  return body;
}

void Print(const IssuesBody& body, Output& out) {
  for (const Issue& issue : body.issues)
    out.Line(Cat("* Undeferred ", out.Styled(Style::kId, issue.id), " (now open)"));
}

}  // namespace

extern const Command kCommand_undefer = {
    .name = "undefer",
    .summary = "Bring deferred issues back",
    .arguments = "[id...]",
    .group = "Working With Issues",
    .arity = kAtLeast(1),
    .needs = Needs::kWrite,
    .write_name = "undefer",
    .completes_ids = true,
    .handlers = Handle<IdArgs, IssuesBody, PrepareIds, Run, Print>(),
};

}  // namespace bd
