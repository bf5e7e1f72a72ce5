// bd comments: the comments of an issue.
#include "bd/command.h"
#include "engine/os/clock.h"
#include "engine/query/resolve.h"
#include "engine/storage/issues.h"
#include "engine/types/issue_json.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {{"local-time", FlagType::kBool, "Times in the local zone"}};

struct Args {
  std::string id;
  bool local_time = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("local_time", self.local_time);
  }
};

struct Body {
  std::string id;
  bool local_time = false;
  std::vector<Comment> comments;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("local_time", self.local_time);
    visit("comments", self.comments);
  }
  void PrintJson(JsonWriter& out) const { WriteJson(out, comments); }
};

Result<Args> Prepare(Invocation& invocation) {
  return Args{invocation.arguments[0], invocation.flags.Bool("local-time")};
}

Result<Body> Run(Session& session, const Args& args) {
  const std::string id = TRY(ResolveId(session.tx(), args.id, "resolving"));
  std::optional<Issue> issue = TRY(FindIssue(session.tx(), id, {.comments = true}));
  return Body{id, args.local_time, std::move(issue->comments)};
}

void Print(const Body& body, Output& out) {
  if (body.comments.empty()) return out.Line("No comments on " + body.id);
  out.Line(Cat("\nComments on ", body.id, ":\n"));
  for (const Comment& comment : body.comments) {
    Time time = comment.created_at;
    if (body.local_time) time.offset_seconds = os::LocalOffset(time.seconds);
    out.Line(Cat("[", out.Styled(Style::kBold, comment.author), "] at ", FormatMinute(time)));
    for (const std::string& line : Split(Trim(comment.text), '\n')) out.Line("  " + line);
    out.Line();
  }
}

}  // namespace

extern const Command kCommand_comments = {
    .name = "comments",
    .summary = "Show the comments of an issue",
    .arguments = "<issue-id>",
    .group = "Working With Issues",
    .flags = kFlags,
    .arity = {1, -1},
    .needs = Needs::kRead,
    .json_errors = true,
    .is_group = true,
    .completes_ids = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
