#include "bd/new_issue_args.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/types/vocabulary.h"

namespace bd {

Status CheckWord(std::string_view name, const std::string& word, std::span<const std::string_view> known) {
  if (word.empty() || std::find(known.begin(), known.end(), word) != known.end()) return Ok();
  std::string list;
  for (std::string_view item : known) list += Cat(list.empty() ? "" : ", ", item);
  return Invalid(Cat("invalid ", name, " ", Quote(word), " (must be one of: ", list, ")"));
}

Status CheckKinds(const Issue& issue) {
  constexpr std::string_view kMolTypes[] = {"swarm", "patrol", "work"};
  constexpr std::string_view kWispTypes[] = {"heartbeat", "ping",  "patrol",    "gc_report",
                                             "recovery",  "error", "escalation"};
  TRY(CheckWord("mol-type", issue.mol_type, kMolTypes));
  return CheckWord("wisp-type", issue.wisp_type, kWispTypes);
}

Result<Issue> CreateFrom(EditContext& context, const NewIssueArgs& args) {
  NewIssue request;
  request.issue = args.issue;
  request.parent = args.parent;
  for (const std::string& dependency : args.dependencies) request.edges.push_back(ParseEdge(dependency));
  request.waits_for = args.waits_for;
  request.waits_for_any = args.waits_for_any;
  request.any_prefix = args.any_prefix;
  request.id_prefix = args.id_prefix;
  return CreateIssue(context, std::move(request));
}

}  // namespace bd
