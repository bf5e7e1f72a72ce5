// comment_add: a comment, by the actor unless it names an author.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/edit/update.h"
#include "engine/query/resolve.h"
#include "engine/types/issue_json.h"

namespace bd {
namespace {

struct Args {
  std::string id, author, text;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("author", self.author);
    visit("text", self.text);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "comment add args"));
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
