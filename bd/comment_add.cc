#include "bd/comment_add.h"

#include "bd/text_input.h"
#include "engine/base/text.h"
#include "engine/edit/update.h"
#include "engine/query/resolve.h"

namespace bd {

Result<CommentArgs> PrepareComment(Invocation& invocation) {
  CommentArgs args;
  args.id = invocation.arguments[0];
  args.author = invocation.flags.Text("author");
  if (args.author.empty()) args.author = invocation.actor;
  const std::string file = invocation.flags.Text("file");
  if (file == "-") {
    args.text = TRY(invocation.ReadInput());
  } else if (!file.empty()) {
    Result<std::string> text = ReadTextFile(file);
    if (!text) return Invalid(Cat("reading file: ", text.error().message));
    args.text = std::move(*text);
  } else if (invocation.arguments.size() > 1) {
    args.text = invocation.arguments[1];
  }
  if (Trim(args.text).empty()) return Invalid("comment text required (use -f to read from file)");
  return args;
}

Result<CommentBody> RunComment(Session& session, const CommentArgs& args) {
  const std::string id = TRY(ResolveId(session.tx(), args.id, "resolving"));
  EditContext context = session.Edit();
  return CommentBody{TRY(AddComment(context, id, args.author, args.text))};
}

void PrintComment(const CommentBody& body, Output& out) {
  out.Line("Comment added to " + body.comment.issue_id);
}

}  // namespace bd
