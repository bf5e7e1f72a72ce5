// comments add, and comment, its old name.
#pragma once

#include "bd/command.h"
#include "engine/types/issue_json.h"

namespace bd {

struct CommentArgs {
  std::string id, author, text;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("author", self.author);
    visit("text", self.text);
  }
};

struct CommentBody {
  Comment comment;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("comment", self.comment);
  }
  void PrintJson(JsonWriter& out) const { WriteJson(out, comment); }
};

inline constexpr Flag kCommentFlags[] = {
    {"file", FlagType::kString, "Read the text from a file; - is standard input", 'f'},
    {"author", FlagType::kString, "Author (default: you)", 'a'},
};

Result<CommentArgs> PrepareComment(Invocation& invocation);
Result<CommentBody> RunComment(Session& session, const CommentArgs& args);
void PrintComment(const CommentBody& body, Output& out);

constexpr Command CommentCommand(std::string_view name, std::string_view deprecated) {
  return {.name = name,
          .summary = "Add a comment to an issue",
          .arguments = "<issue-id> [text]",
          .flags = kCommentFlags,
          .arity = {1, -1},
          .needs = Needs::kWrite,
          .write_name = "comment add",
          .json_errors = true,
          .deprecated = deprecated,
          .completes_ids = true,
          .handlers = Handle<CommentArgs, CommentBody, PrepareComment, RunComment, PrintComment>()};
}

}  // namespace bd
