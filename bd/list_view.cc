#include "bd/list_view.h"

#include "bd/edge_format.h"
#include "engine/base/text.h"

namespace bd {

std::vector<std::string> ListBody::NotesFor(bool json) const {
  if (!limit_reached || json) return {};
  return {"", Cat("Showing ", issues.size(), " issues (use --limit 0 for all)")};
}

void ApplyListDefaults(IssueFilter& filter) {
  filter.exclude_closed = true;
  filter.exclude_templates = true;
  filter.exclude_gates = true;
}

Result<ListBody> RunList(Session& session, const ListArgs& args) {
  ListBody body;
  body.form = args.form;
  std::vector<Issue> issues =
      TRY(ListIssues(session.tx(), args.filter, args.options, {.labels = true, .dependencies = true}));
  body.issues = TRY(WithCounts(session.tx(), std::move(issues)));
  body.limit_reached =
      args.options.limit > 0 && static_cast<int64_t>(body.issues.size()) >= args.options.limit;
  if (args.form.empty()) TRY(AddBlocking(session.tx(), body.issues));
  if (!args.format.empty()) body.formatted = TRY(FormatEdges(args.format, body.issues));
  return body;
}

void PrintList(const ListBody& body, Output& out) {
  if (!body.formatted.empty()) return out.Write(body.formatted);
  if (body.form == "format") return;
  if (body.form == "tree") return PrintTree(out, body.issues);
  if (body.form == "long") {
    if (body.issues.empty()) return;
    out.Line(Cat("\nFound ", body.issues.size(), " issues:\n"));
    for (const ListedIssue& listed : body.issues) PrintLong(out, listed.issue, true);
    return;
  }
  for (const ListedIssue& listed : body.issues) out.Line(ListLine(out, listed));
}

}  // namespace bd
