// bd stale: what nobody has touched for a while.
#include <algorithm>

#include "bd/command.h"
#include "bd/issue_view.h"
#include "engine/query/stats.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"days", kInt, "Not updated for so many days", 'd', "30"},
    {"status", kString, "Filter by status: open, in_progress, blocked or deferred", 's'},
    {"limit", kInt, "At most so many (0: all)", 'n', "50"},
};

struct Args {
  int64_t days = 30, limit = 50;
  std::string status;
  Time now;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("days", self.days);
    visit("limit", self.limit);
    visit("status", self.status);
    visit("now", self.now);
  }
};

struct Body {
  int64_t days = 30;
  Time now;
  std::vector<Issue> issues;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("days", self.days);
    visit("now", self.now);
    visit("issues", self.issues);
  }
  void PrintJson(JsonWriter& out) const { PrintIssues(out, issues, shape::Stale()); }
};

constexpr int64_t kSecondsPerDay = 86400;

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args{flags.Int("days"), flags.Int("limit"), flags.Text("status"), invocation.now};
  constexpr std::string_view kValid[] = {"", "open", "in_progress", "blocked", "deferred"};
  if (std::find(std::begin(kValid), std::end(kValid), args.status) == std::end(kValid)) {
    return Invalid(
        Cat("invalid status '", args.status, "'. Valid values: open, in_progress, blocked, deferred"));
  }
  return args;
}

Result<Body> Run(Session& session, const Args& args) {
  Body body{args.days, args.now, {}};
  if (args.days < 0) return body;
  StaleFilter filter;
  filter.before = args.now;
  filter.before.seconds -= std::min<int64_t>(args.days, 10'000'000) * kSecondsPerDay;
  // Before the first year there is nothing.
  if (filter.before < Time()) return body;
  if (!args.status.empty()) filter.status = args.status;
  filter.limit = args.limit;
  body.issues = TRY(StaleIssues(session.tx(), filter));
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line();
  if (body.issues.empty()) {
    out.Line("✨ No stale issues found (all active)\n");
    return;
  }
  out.Line(Cat("⏰ Stale issues (", body.issues.size(), " not updated in ", body.days, "+ days):\n"));
  int number = 0;
  for (const Issue& issue : body.issues) {
    const int64_t days = (body.now.seconds - issue.updated_at.seconds) / kSecondsPerDay;
    out.Line(Cat(++number, ". [", StyledPriority(out, issue.priority), "] ", out.Styled(Style::kId, issue.id),
                 ": ", issue.title));
    out.Line(Cat("   Status: ", issue.status, ", Last updated: ", days, " days ago"));
    if (!issue.assignee.empty()) out.Line("   Assignee: " + issue.assignee);
    out.Line();
  }
}

}  // namespace

extern const Command kCommand_stale = {
    .name = "stale",
    .summary = "Show issues that nobody has touched for a while",
    .group = "Views & Reports",
    .flags = kFlags,
    .needs = Needs::kRead,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
