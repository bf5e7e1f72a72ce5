#include "bd/label_edit.h"

#include "bd/issues_body.h"
#include "engine/base/text.h"
#include "engine/edit/update.h"
#include "engine/query/resolve.h"

namespace bd {

namespace {

Result<LabelBody> RunEach(Session& session, const LabelArgs& args, const LabelChanges& changes,
                          const std::string& status) {
  LabelBody body;
  EditContext context = session.Edit();
  for (const std::string& typed : args.ids) {
    Result<std::string> id = ResolveId(session.tx(), typed);
    if (!id) {
      session.Fail(Cat("Error resolving ", typed, ": ", id.error().message));
      continue;
    }
    if (!TRY(ForOne(session, *id, "labelling", [&] { return ChangeLabels(context, *id, changes); })))
      continue;
    body.changes.push_back({*id, args.label, status});
  }
  return body;
}

}  // namespace

Result<LabelArgs> PrepareLabel(Invocation& invocation) {
  LabelArgs args;
  args.ids.assign(invocation.arguments.begin(), invocation.arguments.end() - 1);
  args.label = Trim(invocation.arguments.back());
  if (args.label.empty()) return Invalid("label cannot be empty");
  return args;
}

Result<LabelBody> RunLabelAdd(Session& session, const LabelArgs& args) {
  constexpr std::string_view kReserved = "provides:";
  if (args.label.starts_with(kReserved)) {
    return Invalid(Cat("'provides:' labels are reserved for cross-project capabilities. Hint: use 'bd ship ",
                       args.label.substr(kReserved.size()), "' instead"));
  }
  LabelChanges changes;
  changes.add = {args.label};
  return RunEach(session, args, changes, "added");
}

Result<LabelBody> RunLabelRemove(Session& session, const LabelArgs& args) {
  LabelChanges changes;
  changes.remove = {args.label};
  return RunEach(session, args, changes, "removed");
}

void PrintLabel(const LabelBody& body, Output& out) {
  for (const LabelChange& change : body.changes) {
    out.Line(change.status == "added" ? Cat(out.Styled(Style::kGood, "✓"), " Added label '", change.label,
                                            "' to ", change.issue_id)
                                      : Cat(out.Styled(Style::kGood, "✓"), " Removed label '", change.label,
                                            "' from ", change.issue_id));
  }
}

}  // namespace bd
