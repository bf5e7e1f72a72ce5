#include "bd/new_issue_args.h"

#include "engine/types/vocabulary.h"

namespace bd {

Result<Issue> CreateFrom(EditContext& context, const NewIssueArgs& args) {
  NewIssue request;
  request.issue = args.issue;
  request.parent = args.parent;
  for (const std::string& dependency : args.dependencies) request.edges.push_back(ParseEdge(dependency));
  request.waits_for = args.waits_for;
  request.waits_for_any = args.waits_for_any;
  request.any_prefix = args.any_prefix;
  return CreateIssue(context, std::move(request));
}

}  // namespace bd
