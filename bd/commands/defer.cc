// bd defer: puts issues off, for now or until a date.
#include "bd/issues_body.h"
#include "bd/text_input.h"
#include "engine/edit/close.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {
    {"until", FlagType::kString, "Until when: +1h, tomorrow, next monday, 2025-01-15"}};

struct Args {
  std::vector<std::string> ids;
  std::optional<Time> until;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("ids", self.ids);
    visit("until", self.until, kOmitEmpty);
  }
};

Result<Args> Prepare(Invocation& invocation) {
  const std::optional<Time> until = TRY(ReadMomentFlag(invocation, "until", "+1h"));
  return Args{invocation.arguments, until};
}

Result<IssuesBody> Run(Session& session, const Args& args) {
  const std::vector<std::string> ids = TRY(ResolveAll(session, args.ids, ""));
  EditContext context = session.Edit();
  IssuesBody body;
  TRY(UpdateEach(session, ids, "deferring", body,
                 [&](const std::string& id) { return DeferIssue(context, id, args.until); }));
  return body;
}

void Print(const IssuesBody& body, Output& out) {
  for (const Issue& issue : body.issues) out.Line(Cat("* Deferred ", out.Styled(Style::kId, issue.id)));
}

}  // namespace

extern const Command kCommand_defer = {
    .name = "defer",
    .summary = "Put issues off for later",
    .arguments = "[id...]",
    .group = "Working With Issues",
    .flags = kFlags,
    .arity = kAtLeast(1),
    .needs = Needs::kWrite,
    .write_name = "defer",
    .completes_ids = true,
    .handlers = Handle<Args, IssuesBody, Prepare, Run, Print>(),
};

}  // namespace bd
