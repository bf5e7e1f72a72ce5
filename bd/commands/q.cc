// bd q: quick capture. Prints the id and nothing else, whatever is asked for.
#include "bd/command.h"
#include "bd/filter_flags.h"
#include "bd/new_issue_args.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"priority", kString, "Priority: 0-4 or P0-P4", 'p', "2"},
    {"type", kString, "Type", 't', "task"},
    {"labels", kList, "Labels, separated by commas", 'l'},
};

struct Body {
  static constexpr bool kTextOnly = true;
  std::string id;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
  }
};

Result<NewIssueArgs> Prepare(Invocation& invocation) {
  NewIssueArgs args;
  args.issue.title = invocation.Joined();
  args.issue.priority = TRY(ParsePriority(invocation.flags.Text("priority")));
  args.issue.issue_type = CanonicalType(invocation.flags.Text("type"), false);
  args.issue.labels = CleanLabels(invocation.flags.List("labels"));
  return args;
}

Result<Body> Run(Session& session, const NewIssueArgs& args) {
  EditContext context = session.Edit();
  return Body{TRY(CreateFrom(context, args)).id};
}

void Print(const Body& body, Output& out) { out.Line(body.id); }

}  // namespace

extern const Command kCommand_q = {
    .name = "q",
    .summary = "Quick capture: create an issue, print its id",
    .arguments = "[title words]",
    .group = "Working With Issues",
    .flags = kFlags,
    .arity = kAtLeast(1),
    .needs = Needs::kWrite,
    .write_name = "create",
    .handlers = Handle<NewIssueArgs, Body, Prepare, Run, Print>(),
};

}  // namespace bd
