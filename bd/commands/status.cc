// bd status (stats): summary numbers and what happened lately.
#include <cstdio>

#include "bd/command.h"
#include "engine/query/stats.h"
#include "engine/sync/git_activity.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"all", kBool, "Accepted: everything is always counted"},
    {"assigned", kBool, "Only what is assigned to you"},
    {"no-activity", kBool, "Without a look at git"},
};

constexpr int kHours = 24;

struct Args {
  std::optional<std::string> assignee;
  bool activity = true;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("assignee", self.assignee, kOmitEmpty);
    visit("activity", self.activity);
  }
};

struct Activity {
  int64_t hours_tracked = kHours, commit_count = 0, issues_created = 0, issues_closed = 0, issues_updated = 0,
          issues_reopened = 0, total_changes = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("hours_tracked", self.hours_tracked);
    visit("commit_count", self.commit_count);
    visit("issues_created", self.issues_created);
    visit("issues_closed", self.issues_closed);
    visit("issues_updated", self.issues_updated);
    visit("issues_reopened", self.issues_reopened);
    visit("total_changes", self.total_changes);
  }
};

struct Body {
  Statistics summary;
  std::optional<Activity> recent_activity;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("summary", self.summary);
    visit("recent_activity", self.recent_activity, kOmitEmpty);
  }
};

Result<Args> Prepare(Invocation& invocation) {
  Args args;
  if (invocation.flags.Bool("assigned")) args.assignee = invocation.actor;
  args.activity = !invocation.flags.Bool("no-activity");
  return args;
}

Result<Body> Run(Session& session, const Args& args) {
  TRY(session.Refresh(false));
  TRY(session.BeginRead());
  Body body;
  body.summary = TRY(CountStatistics(session.tx(), args.assignee));
  session.Rollback();
  const std::optional<GitRepository>& git = session.workspace().git;
  if (!args.activity || !git) return body;
  if (auto recent = RecentActivity(*git, session.workspace().shared_file, kHours)) {
    body.recent_activity = Activity{kHours,          recent->commits,  recent->created, recent->closed,
                                    recent->updated, recent->reopened, recent->total()};
  }
  return body;
}

// "  Name:                   N"
void Row(Output& out, std::string_view name, std::string_view value) {
  constexpr size_t kColumn = 26;
  std::string line = Cat("  ", name, ":");
  line.append(kColumn > line.size() ? kColumn - line.size() : 1, ' ');
  out.Line(Cat(line, value));
}

void Print(const Body& body, Output& out) {
  const Statistics& s = body.summary;
  out.Line("\n📊 Issue Database Status\n");
  out.Line(out.Styled(Style::kBold, "Summary:"));
  Row(out, "Total Issues", Cat(s.total_issues));
  Row(out, "Open", Cat(s.open_issues));
  Row(out, "In Progress", Cat(s.in_progress_issues));
  Row(out, "Blocked", Cat(s.blocked_issues));
  Row(out, "Closed", Cat(s.closed_issues));
  Row(out, "Ready to Work", Cat(s.ready_issues));
  const bool has_lead_time = s.closed_issues > 0 && s.average_lead_time_hours > 0;
  if (s.tombstone_issues + s.pinned_issues + s.epics_eligible_for_closure > 0 || has_lead_time) {
    out.Line(Cat("\n", out.Styled(Style::kBold, "Extended:")));
    if (s.tombstone_issues > 0) Row(out, "Deleted", Cat(s.tombstone_issues, " (tombstones)"));
    if (s.pinned_issues > 0) Row(out, "Pinned", Cat(s.pinned_issues));
    if (s.epics_eligible_for_closure > 0) Row(out, "Epics Ready to Close", Cat(s.epics_eligible_for_closure));
    if (has_lead_time) {
      char hours[32];
      std::snprintf(hours, sizeof hours, "%.1f hours", s.average_lead_time_hours);
      Row(out, "Avg Lead Time", hours);
    }
  }
  if (const auto& a = body.recent_activity) {
    out.Line(Cat("\n", out.Styled(Style::kBold, "Recent Activity (last 24 hours):")));
    Row(out, "Commits", Cat(a->commit_count));
    Row(out, "Total Changes", Cat(a->total_changes));
    Row(out, "Issues Created", Cat(a->issues_created));
    Row(out, "Issues Closed", Cat(a->issues_closed));
    Row(out, "Issues Reopened", Cat(a->issues_reopened));
    Row(out, "Issues Updated", Cat(a->issues_updated));
  }
  out.Line("\nFor more details, use 'bd list' to see individual issues.\n");
}

constexpr std::string_view kAliases[] = {"stats"};

}  // namespace

extern const Command kCommand_status = {
    .name = "status",
    .summary = "Show summary numbers and recent activity",
    .group = "Views & Reports",
    .flags = kFlags,
    .needs = Needs::kSession,
    .aliases = kAliases,
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
