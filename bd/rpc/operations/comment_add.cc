// comment_add: a comment, by the actor unless it names an author.
#include "bd/comment_add.h"

#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/edit/update.h"
#include "engine/query/resolve.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const CommentArgs args = TRY(ReadArgs<CommentArgs>(request, "comment add args"));
  TRY(During("failed to add comment: ", RequireIssue(session.tx(), args.id)));
  EditContext context = session.Edit();
  return ToJson(TRY(
      During("failed to add comment: ",
             AddComment(context, args.id, args.author.empty() ? context.actor : args.author, args.text))));
}

}  // namespace

extern const Operation kOperation_comment_add;
const Operation kOperation_comment_add = {"comment_add", true, Run};

}  // namespace bd
