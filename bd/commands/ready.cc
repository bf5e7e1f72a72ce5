// bd ready: what can be worked on now.
#include "engine/query/ready.h"

#include "bd/filter_flags.h"
#include "bd/issue_view.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"limit", kInt, "At most so many (0: all)", 'n', "10"},
    {"priority", kInt, "Filter by priority", 'p'},
    {"assignee", kString, "Filter by assignee", 'a'},
    {"unassigned", kBool, "Without an assignee", 'u'},
    {"sort", kString, "hybrid (recent ones by priority, then the oldest), priority or oldest", 's', "hybrid"},
    {"label", kList, "Filter by labels: all of them", 'l'},
    {"label-any", kList, "Filter by labels: at least one"},
    {"type", kString, "Filter by type", 't'},
    {"parent", kString, "Below an issue, in any depth"},
    {"mol-type", kString, "Filter by molecule type"},
    {"include-deferred", kBool, "Also what is deferred to a later time"},
    {"pretty", kBool, "As a tree"},
};

struct Args {
  std::string sort;
  int64_t limit = 0;
  std::optional<int64_t> priority;
  std::optional<std::string> assignee, type, parent;
  bool unassigned = false, include_deferred = false, pretty = false;
  std::vector<std::string> labels_all, labels_any;
  std::string mol_type;
  Time now;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("sort", self.sort);
    visit("limit", self.limit);
    visit("priority", self.priority, kOmitEmpty);
    visit("assignee", self.assignee, kOmitEmpty);
    visit("type", self.type, kOmitEmpty);
    visit("parent", self.parent, kOmitEmpty);
    visit("unassigned", self.unassigned);
    visit("include_deferred", self.include_deferred);
    visit("pretty", self.pretty);
    visit("labels_all", self.labels_all);
    visit("labels_any", self.labels_any);
    visit("mol_type", self.mol_type);
    visit("now", self.now);
  }
};

struct Body {
  std::vector<ListedIssue> issues;
  bool pretty = false, any_open = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issues", self.issues);
    visit("pretty", self.pretty);
    visit("any_open", self.any_open);
  }
  void PrintJson(JsonWriter& out) const { PrintListed(out, issues, shape::Plain()); }
};

Result<ReadyOrder> OrderOf(const std::string& sort) {
  if (sort == "hybrid" || sort.empty()) return ReadyOrder::kHybrid;
  if (sort == "priority") return ReadyOrder::kPriority;
  if (sort == "oldest") return ReadyOrder::kOldest;
  return Invalid(Cat("invalid sort policy '", sort, "'. Valid values: hybrid, priority, oldest"));
}

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  auto text = [&flags](std::string_view name) {
    return flags.Text(name).empty() ? std::nullopt : std::optional<std::string>(flags.Text(name));
  };
  Args args;
  args.sort = flags.Text("sort");
  TRY(OrderOf(args.sort));
  args.limit = flags.Int("limit");
  if (flags.Has("priority")) args.priority = flags.Int("priority");
  args.assignee = text("assignee");
  args.type = text("type");
  if (args.type) args.type = CanonicalType(*args.type);
  args.parent = text("parent");
  args.unassigned = flags.Bool("unassigned");
  args.include_deferred = flags.Bool("include-deferred");
  args.pretty = flags.Bool("pretty");
  args.labels_all = CleanLabels(flags.List("label"));
  args.labels_any = CleanLabels(flags.List("label-any"));
  args.mol_type = flags.Text("mol-type");
  args.now = invocation.now;
  return args;
}

Result<Body> Run(Session& session, const Args& args) {
  ReadyFilter filter;
  filter.order = TRY(OrderOf(args.sort));
  filter.limit = args.limit;
  filter.priority = args.priority;
  filter.assignee = args.assignee;
  filter.unassigned = args.unassigned;
  filter.labels_all = args.labels_all;
  filter.labels_any = args.labels_any;
  filter.type = args.type;
  filter.parent = args.parent;
  filter.mol_type = args.mol_type;
  filter.include_deferred = args.include_deferred;
  filter.now = args.now;
  Body body;
  body.pretty = args.pretty;
  std::vector<Issue> issues =
      TRY(ReadyIssues(session.tx(), filter, {.labels = true, .dependencies = args.pretty}));
  if (issues.empty()) {
    IssueFilter open;
    open.status = "open";
    body.any_open = TRY(CountIssues(session.tx(), open)) > 0;
  }
  for (ListedIssue& listed : TRY(WithCounts(session.tx(), std::move(issues)))) {
    // The reference counts no edges here, and clients compare.
    listed.dependency_count = listed.dependent_count = 0;
    body.issues.push_back(std::move(listed));
  }
  return body;
}

void Print(const Body& body, Output& out) {
  if (body.pretty && !body.issues.empty()) return PrintTree(out, body.issues);
  out.Line();
  if (body.issues.empty()) {
    out.Line(body.any_open ? "✨ No ready work found (all issues have blocking dependencies)"
                           : "✨ No open issues");
    out.Line();
    return;
  }
  out.Line(Cat("📋 Ready work (", body.issues.size(), " issues with no blockers):\n"));
  int number = 0;
  for (const ListedIssue& listed : body.issues) {
    const Issue& issue = listed.issue;
    const std::string head =
        Cat(++number, ". [● P", issue.priority, "] [", issue.issue_type, "] ", issue.id, ": ");
    out.Line(Cat(number, ". [", StyledPriority(out, issue.priority), "] [", issue.issue_type, "] ",
                 out.Styled(Style::kId, issue.id), ": ", out.Fit(issue.title, DisplayWidth(head))));
    if (issue.estimated_minutes) out.Line(Cat("   Estimate: ", *issue.estimated_minutes, " min"));
    if (!issue.assignee.empty()) out.Line("   Assignee: " + issue.assignee);
  }
  out.Line();
}

}  // namespace

extern const Command kCommand_ready = {
    .name = "ready",
    .summary = "Show what can be worked on now",
    .help = "Open issues that nothing holds up, neither directly nor through a parent.",
    .group = "Working With Issues",
    .flags = kFlags,
    .needs = Needs::kRead,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
