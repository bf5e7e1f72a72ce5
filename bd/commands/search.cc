// bd search: text in title, description and id.
#include "bd/filter_flags.h"
#include "bd/help.h"
#include "bd/issue_view.h"

namespace bd {
namespace {

using enum FlagType;
constexpr std::array kOwnFlags = {
    Flag{"query", kString, "What to look for (instead of the arguments)"},
    Flag{"limit", kInt, "At most so many (0: all)", 'n', "50"},
    Flag{"long", kBool, "Several lines for each issue"},
    Flag{"sort", kString, "Sort by priority, created, updated, closed, status, id, title, type or assignee"},
    Flag{"reverse", kBool, "Reverse the order", 'r'},
};
constexpr auto kFlags = JoinFlags(JoinFlags(kFilterFlags, kPriorityRangeFlags), kOwnFlags);

struct Args {
  IssueFilter filter;
  ListOptions options;
  bool long_form = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("filter", self.filter);
    visit("options", self.options);
    visit("long_form", self.long_form);
  }
};

struct Body {
  std::string query;
  bool long_form = false;
  std::vector<ListedIssue> issues;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("query", self.query);
    visit("long_form", self.long_form);
    visit("issues", self.issues);
  }
  void PrintJson(JsonWriter& out) const { PrintListed(out, issues, shape::Plain()); }
};

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args;
  args.filter = TRY(ReadFilterFlags(invocation));
  TRY(ReadPriorityRange(invocation, args.filter));
  if (args.filter.status == "all") args.filter.status.reset();
  args.filter.text = flags.Has("query") ? flags.Text("query") : invocation.Joined();
  if (args.filter.text.empty()) return Error{Code::kUsage, "search query is required", "", false};
  args.options = {flags.Text("sort"), flags.Bool("reverse"), flags.Int("limit")};
  args.long_form = flags.Bool("long");
  return args;
}

Result<Body> Run(Session& session, const Args& args) {
  Body body{args.filter.text, args.long_form, {}};
  std::vector<Issue> issues = TRY(ListIssues(session.tx(), args.filter, args.options, {.labels = true}));
  body.issues = TRY(WithCounts(session.tx(), std::move(issues)));
  return body;
}

void Print(const Body& body, Output& out) {
  if (body.issues.empty()) return out.Line(Cat("No issues found matching '", body.query, "'"));
  if (body.long_form) out.Line();
  out.Line(Cat("Found ", body.issues.size(), " issues matching '", body.query, "':"));
  if (body.long_form) out.Line();
  for (const ListedIssue& listed : body.issues) {
    if (body.long_form) {
      PrintLong(out, listed.issue, false);
    } else {
      out.Line(SearchLine(out, listed.issue));
    }
  }
}

}  // namespace

extern const Command kCommand_search = {
    .name = "search",
    .summary = "Search issues for a text",
    .arguments = "[query words]",
    .help = "Looks in titles, descriptions and ids, closed issues included. Letter case does not count.",
    .group = "Working With Issues",
    .flags = kFlags,
    .needs = Needs::kRead,
    .help_on_usage_error = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
