#include "bd/rpc/comments.h"

#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/query/resolve.h"
#include "engine/storage/issues.h"
#include "engine/types/issue_json.h"

namespace bd {

Result<RawJson> RunCommentList(Session& session, const RpcRequest& request) {
  const IdOfArgs args = TRY(ReadArgs<IdOfArgs>(request, "comment list args"));
  TRY(RequireIssue(session.tx(), args.id));
  const std::optional<Issue> issue = TRY(FindIssue(session.tx(), args.id, {.comments = true}));
  return issue->comments.empty() ? Null() : ToJson(issue->comments);
}

}  // namespace bd
