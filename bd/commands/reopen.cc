// bd reopen: back to open.
#include "bd/issues_body.h"
#include "engine/edit/close.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {{"reason", FlagType::kString, "Why; becomes a comment", 'r'}};

struct Args {
  std::vector<std::string> ids;
  std::string reason;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("ids", self.ids);
    visit("reason", self.reason);
  }
};

struct Body : IssuesBody {
  std::string reason;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issues", self.issues);
    visit("reason", self.reason);
  }
};

Result<Args> Prepare(Invocation& invocation) {
  return Args{invocation.arguments, invocation.flags.Text("reason")};
}

Result<Body> Run(Session& session, const Args& args) {
  const std::vector<std::string> ids = TRY(ResolveAll(session, args.ids, ""));
  EditContext context = session.Edit();
  Body body;
  body.reason = args.reason;
  TRY(UpdateEach(session, ids, "reopening", body,
                 [&](const std::string& id) { return ReopenIssue(context, id, args.reason); }));
  return body;
}

void Print(const Body& body, Output& out) {
  for (const Issue& issue : body.issues) {
    out.Line(
        Cat("↻ Reopened ", out.Styled(Style::kId, issue.id), body.reason.empty() ? "" : ": " + body.reason));
  }
}

}  // namespace

extern const Command kCommand_reopen = {
    .name = "reopen",
    .summary = "Reopen closed issues",
    .arguments = "[id...]",
    .group = "Working With Issues",
    .flags = kFlags,
    .arity = kAtLeast(1),
    .needs = Needs::kWrite,
    .write_name = "reopen",
    .completes_ids = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
