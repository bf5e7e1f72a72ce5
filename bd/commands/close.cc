// bd close: finishes issues.
#include "engine/edit/close.h"

#include "bd/issues_body.h"
#include "engine/edit/update.h"
#include "engine/os/environment.h"
#include "engine/query/ready.h"
#include "engine/storage/attachments.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"reason", kString, "Why it is closed", 'r'},
    {"resolution", kString, "", 0, "", "reason", true},
    {"message", kString, "", 'm', "", "reason", true},
    {"force", kBool, "Also what is pinned or has open blockers", 'f'},
    {"continue", kBool, "Take the next step of the same parent"},
    {"no-auto", kBool, "With --continue: show the next step without taking it"},
    {"suggest-next", kBool, "Show what became ready"},
    {"session", kString, "Session that closes it (default $CLAUDE_SESSION_ID)"},
};

struct Args {
  std::vector<std::string> ids;
  std::string reason, session;
  bool force = false, suggest_next = false, go_on = false, no_auto = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("ids", self.ids);
    visit("reason", self.reason);
    visit("session", self.session);
    visit("force", self.force);
    visit("suggest_next", self.suggest_next);
    visit("go_on", self.go_on);
    visit("no_auto", self.no_auto);
  }
};

// What --continue found.
struct NextStep {
  std::string closed_step, molecule_id;
  std::optional<Issue> next;
  bool advanced = false, complete = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("closed_step", self.closed_step);
    visit("molecule_id", self.molecule_id);
    visit("next", self.next, kOmitEmpty);
    visit("advanced", self.advanced);
    visit("complete", self.complete);
  }
  void PrintJson(JsonWriter& out) const {
    out.BeginObject();
    FieldWriter write(out);
    write("closed_step", closed_step);
    if (next) {
      out.Key("next_step");
      out.BeginObject();
      WriteIssueMembers(out, *next, shape::Plain());
      out.EndObject();
    }
    write("auto_advanced", advanced);
    write("molecule_complete", complete);
    write("molecule_id", molecule_id);
    out.EndObject();
  }
};

struct Body : IssuesBody {
  std::string reason;
  std::vector<Issue> unblocked;
  std::optional<NextStep> step;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issues", self.issues);
    visit("reason", self.reason);
    visit("unblocked", self.unblocked);
    visit("step", self.step, kOmitEmpty);
  }
  void PrintJson(JsonWriter& out) const {
    if (unblocked.empty() && !step) return IssuesBody::PrintJson(out);
    out.BeginObject();
    out.Key("closed");
    PrintIssues(out, issues, shape::Plain());
    if (!unblocked.empty()) {
      out.Key("unblocked");
      PrintIssues(out, unblocked, shape::Plain());
    }
    if (step) {
      out.Key("continue");
      step->PrintJson(out);
    }
    out.EndObject();
  }
};

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args;
  args.ids = invocation.arguments;
  args.reason = flags.Text("reason");
  if (args.reason.empty()) args.reason = "Closed";
  args.session = flags.Has("session") ? flags.Text("session") : os::GetEnv("CLAUDE_SESSION_ID");
  args.force = flags.Bool("force");
  args.suggest_next = flags.Bool("suggest-next");
  args.go_on = flags.Bool("continue");
  args.no_auto = flags.Bool("no-auto");
  if (args.go_on && args.ids.size() > 1) return Invalid("--continue only works when closing a single issue");
  if (args.suggest_next && args.ids.size() > 1)
    return Invalid("--suggest-next only works when closing a single issue");
  return args;
}

// The ready sibling that comes next under the same parent.
Result<std::optional<NextStep>> FindNextStep(Session& session, const Args& args, const std::string& id) {
  EditContext context = session.Edit();
  for (const Dependency& up : TRY(EdgesFrom(context.tx, id))) {
    if (up.type != edge::kParentChild) continue;
    NextStep step;
    step.closed_step = id;
    step.molecule_id = up.depends_on_id;
    bool all_closed = true;
    std::vector<std::string> siblings;
    for (const Dependency& down : TRY(EdgesTo(context.tx, up.depends_on_id))) {
      if (down.type == edge::kParentChild) siblings.push_back(down.issue_id);
    }
    for (const std::string& sibling : siblings) {
      std::optional<Issue> issue = TRY(FindIssue(context.tx, sibling, {.labels = true}));
      if (!issue || issue->IsTombstone() || issue->IsClosed()) continue;
      all_closed = false;
      const bool held =
          TRY(QueryInt(context.tx.db(), "SELECT count(*) FROM blocked_issues_cache WHERE issue_id = ?",
                       sibling)) > 0;
      if (step.next || held || issue->status != status::kOpen) continue;
      step.next = std::move(*issue);
    }
    step.complete = all_closed;
    if (step.next && !args.no_auto) {
      TRY(ClaimIssue(context, step.next->id));
      step.next = TRY(FindIssue(context.tx, step.next->id, {.labels = true}));
      step.advanced = true;
    }
    return std::optional<NextStep>(std::move(step));
  }
  return std::optional<NextStep>();
}

Result<Body> Run(Session& session, const Args& args) {
  const std::vector<std::string> ids = TRY(ResolveAllOrLast(session, args.ids, "resolving ID"));
  EditContext context = session.Edit();
  Body body;
  body.reason = args.reason;
  for (const std::string& id : ids) {
    const bool closed = TRY(ForOne(session, id, "closing", [&] {
      return CloseIssue(context, id, {args.reason, args.session, args.force});
    }));
    if (!closed) continue;
    TRY(AddIssue(session, id, body));
    session.QueueHook("close", id);
    if (args.suggest_next) {
      body.unblocked = TRY(NewlyUnblocked(context.tx, id));
      TRY(LoadDetails(context.tx, body.unblocked, {.labels = true}));
    }
    if (args.go_on) body.step = TRY(FindNextStep(session, args, id));
  }
  return body;
}

void Print(const Body& body, Output& out) {
  for (const Issue& issue : body.issues) {
    out.Line(
        Cat(out.Styled(Style::kGood, "✓"), " Closed ", out.Styled(Style::kId, issue.id), ": ", body.reason));
  }
  if (!body.unblocked.empty()) {
    out.Line("\nNewly unblocked:");
    for (const Issue& issue : body.unblocked) {
      out.Line(
          Cat("  • ", out.Styled(Style::kId, issue.id), " ", Quote(issue.title), " (P", issue.priority, ")"));
    }
  }
  if (!body.step) return;
  if (body.step->next) {
    out.Line(Cat("\nNext step: ", body.step->next->id, ": ", body.step->next->title));
    if (body.step->advanced) out.Line("  Taken by you (in_progress)");
  } else if (body.step->complete) {
    out.Line(Cat("\nAll steps of ", body.step->molecule_id, " are closed"));
  }
}

}  // namespace

extern const Command kCommand_close = {
    .name = "close",
    .summary = "Close issues",
    .arguments = "[id...]",
    .help = "Without an id, the issue that was created, updated or shown last.",
    .group = "Working With Issues",
    .flags = kFlags,
    .needs = Needs::kWrite,
    .write_name = "close",
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
