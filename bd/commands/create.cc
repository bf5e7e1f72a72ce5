// bd create (new): a new issue, or many from a Markdown file.
#include <algorithm>

#include "bd/command.h"
#include "bd/filter_flags.h"
#include "bd/issue_view.h"
#include "bd/markdown_plan.h"
#include "bd/new_issue_args.h"
#include "bd/text_input.h"
#include "engine/types/validate.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"title", kString, "Title (instead of the argument)"},
    {"file", kString, "Create issues from a Markdown file", 'f'},
    {"type", kString, "Type: bug, feature, task, epic, chore or a custom one", 't', "task"},
    {"priority", kString, "Priority: 0-4 or P0-P4, 0 is highest", 'p', "2"},
    {"description", kString, "Description; - reads standard input", 'd'},
    {"body", kString, "", 0, "", "description", true},
    {"message", kString, "", 'm', "", "description", true},
    {"body-file", kString, "Read the description from a file; - is standard input"},
    {"description-file", kString, "", 0, "", "body-file", true},
    {"design", kString, "Design notes"},
    {"acceptance", kString, "Acceptance criteria"},
    {"acceptance-criteria", kString, "", 0, "", "acceptance", true},
    {"notes", kString, "Notes"},
    {"append-notes", kString, "More notes, on a line of their own"},
    {"external-ref", kString, "Reference in another system, such as gh-9 or jira-ABC"},
    {"spec-id", kString, "Specification that the issue belongs to"},
    {"assignee", kString, "Assignee", 'a'},
    {"labels", kList, "Labels, separated by commas", 'l'},
    {"label", kList, "", 0, "", "labels", true},
    {"id", kString, "Id to use, such as bd-42"},
    {"parent", kString, "Parent: the new issue becomes its child"},
    {"deps", kList, "Dependencies as type:id or id (blocks)"},
    {"waits-for", kString, "Wait for the children of an issue"},
    {"waits-for-gate", kString, "all-children or any-children", 0, "all-children"},
    {"estimate", kInt, "Estimate in minutes", 'e'},
    {"due", kString, "Due date: +6h, tomorrow, next monday, 2025-01-15"},
    {"defer", kString, "Not ready before: the same forms"},
    {"ephemeral", kBool, "Keep it out of the JSONL file"},
    {"force", kBool, "Accept an id with another prefix"},
    {"validate", kBool, "The description must have the sections that its type asks for"},
    {"silent", kBool, "Print the id only"},
    {"dry-run", kBool, "Show what would be created"},
    {"mol-type", kString, "swarm, patrol or work"},
    {"wisp-type", kString, "heartbeat, ping, patrol, gc_report, recovery, error or escalation"},
    {"agent-rig", kString, "Rig of an agent (with --type agent)"},
    {"event-category", kString, "Category of an event (with --type event)"},
    {"event-actor", kString, "Who caused the event"},
    {"event-target", kString, "What the event is about"},
    {"event-payload", kString, "Data of the event, as JSON"},
};

struct Args {
  NewIssueArgs one;
  std::string file;  // as given, for messages
  std::vector<PlannedIssue> plan;
  bool dry_run = false, silent = false, quiet = false;
  bool ReadsOnly() const { return dry_run; }
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("one", self.one);
    visit("file", self.file);
    visit("plan", self.plan);
    visit("dry_run", self.dry_run);
    visit("silent", self.silent);
    visit("quiet", self.quiet);
  }
};

struct Body {
  std::vector<Issue> issues;
  std::string file;
  std::vector<std::string> dependencies;  // of a dry run
  bool dry_run = false, silent = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issues", self.issues);
    visit("file", self.file);
    visit("dependencies", self.dependencies);
    visit("dry_run", self.dry_run);
    visit("silent", self.silent);
  }
  void PrintJson(JsonWriter& out) const {
    if (!file.empty()) return PrintIssues(out, issues, shape::Created());
    out.BeginObject();
    WriteIssueMembers(out, issues[0], shape::Created());
    out.EndObject();
  }
};

// --- Client side

Result<std::string> ReadTitle(const Invocation& invocation) {
  const std::string flag = invocation.flags.Text("title");
  if (invocation.arguments.empty()) {
    if (invocation.flags.Has("title")) return flag;
    return Invalid("title required (or use --file to create from markdown)");
  }
  const std::string& argument = invocation.arguments[0];
  if (!flag.empty() && flag != argument) {
    return Invalid(
        Cat("cannot specify different titles as both positional argument and --title flag\n"
            "  Positional: ",
            Quote(argument), "\n  --title:    ", Quote(flag)));
  }
  return argument;
}

void AddNotices(Invocation& invocation, const Args& args) {
  const Issue& issue = args.one.issue;
  if (args.silent || args.quiet || args.dry_run) return;
  if (Lower(issue.title).starts_with("test")) {
    invocation.notes.push_back("⚠ Creating issue with 'Test' prefix in production database.");
    invocation.notes.push_back(
        "  To try things out, use a workspace of its own (BEADS_DIR, or bd init elsewhere).");
  } else if (issue.description.empty()) {
    invocation.notes.push_back("⚠ Creating issue without description.");
    invocation.notes.push_back("  Issues without descriptions lack context for future work.");
    invocation.notes.push_back(
        "  Consider adding --description=\"Why this issue exists and what needs to be done\"");
  }
}

Status ReadFields(Invocation& invocation, Issue& issue) {
  const FlagValues& flags = invocation.flags;
  issue.priority = TRY(ParsePriority(flags.Text("priority")));
  issue.issue_type = CanonicalType(flags.Text("type"), false);
  issue.description = TRY(ReadDescription(invocation)).value_or("");
  issue.design = flags.Text("design");
  issue.acceptance_criteria = flags.Text("acceptance");
  issue.notes = flags.Text("notes");
  if (std::string more = flags.Text("append-notes"); !more.empty()) {
    issue.notes += Cat(issue.notes.empty() ? "" : "\n", more);
  }
  issue.external_ref = flags.Text("external-ref");
  issue.spec_id = flags.Text("spec-id");
  issue.assignee = flags.Text("assignee");
  issue.labels = CleanLabels(flags.List("labels"));
  if (flags.Has("estimate")) {
    if (flags.Int("estimate") < 0) return Invalid("estimate must be a non-negative number of minutes");
    issue.estimated_minutes = flags.Int("estimate");
  }
  issue.due_at = TRY(ReadMomentFlag(invocation, "due", "+6h"));
  issue.defer_until = TRY(ReadMomentFlag(invocation, "defer", "+1h"));
  issue.ephemeral = flags.Bool("ephemeral");
  issue.mol_type = flags.Text("mol-type");
  issue.wisp_type = flags.Text("wisp-type");
  TRY(CheckKinds(issue));
  issue.rig = flags.Text("agent-rig");
  if (!issue.rig.empty() && issue.issue_type != "agent") return Invalid("--agent-rig requires --type agent");
  issue.event_kind = flags.Text("event-category");
  issue.actor = flags.Text("event-actor");
  issue.target = flags.Text("event-target");
  issue.payload = flags.Text("event-payload");
  const bool event = !(issue.event_kind + issue.actor + issue.target + issue.payload).empty();
  if (event && issue.issue_type != "event") return Invalid("--event-* flags require --type event");
  return Ok();
}

Result<Args> PrepareFile(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  if (!invocation.arguments.empty()) return Invalid("cannot specify both title and --file flag");
  if (flags.Bool("dry-run")) return Invalid("--dry-run is not supported with --file flag");
  Args args;
  args.file = flags.Text("file");
  auto refuse = [](std::string reason) {
    return Error{Code::kInvalid, "Error parsing markdown file: " + std::move(reason), "", true};
  };
  Result<std::string> text = ReadTextFile(args.file);
  if (!text && text.error().code == Code::kNotFound) {
    return refuse(Cat("cannot access file: stat ", args.file, ": no such file or directory"));
  }
  if (!text) return refuse(Cat("cannot access file: ", text.error().message));
  const std::string name = Lower(args.file);
  if (!name.ends_with(".md") && !name.ends_with(".markdown")) {
    return refuse("invalid file type: only .md and .markdown files are supported");
  }
  args.plan = ParsePlan(*text);
  if (args.plan.empty()) return refuse("no issues found in markdown file (expected ## Issue Title format)");
  TRY(ReadFields(invocation, args.one.issue));
  args.one.parent = flags.Text("parent");
  args.silent = flags.Bool("silent");
  return args;
}

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  if (flags.Has("file")) return PrepareFile(invocation);
  Args args;
  NewIssueArgs& one = args.one;
  args.silent = flags.Bool("silent");
  args.quiet = invocation.globals.quiet;
  args.dry_run = flags.Bool("dry-run");
  one.issue.title = TRY(ReadTitle(invocation));
  TRY(ReadFields(invocation, one.issue));
  one.issue.id = flags.Text("id");
  one.issue.created_by = invocation.actor;
  one.issue.owner = invocation.owner;
  one.parent = flags.Text("parent");
  if (!one.issue.id.empty() && !one.parent.empty())
    return Invalid("cannot specify both --id and --parent flags");
  one.dependencies = flags.List("deps");
  one.waits_for = flags.Text("waits-for");
  const std::string gate = flags.Text("waits-for-gate");
  TRY(CheckWord("--waits-for-gate value", gate, kWaitsForGates));
  one.waits_for_any = gate == "any-children";
  one.any_prefix = flags.Bool("force");
  AddNotices(invocation, args);
  if (one.issue.description.empty() && invocation.config.Flag("create.require-description")) {
    return Invalid(
        "description is required (set create.require-description: false in config.yaml to disable)");
  }
  const std::string on_create = invocation.config.Get("validation.on-create");
  const std::vector<std::string> missing = MissingSections(one.issue);
  if (!missing.empty() && (flags.Bool("validate") || on_create == "error")) {
    return Invalid(Cat("validation failed: missing required sections: ", Join(missing, ", ")));
  }
  if (!missing.empty() && on_create == "warn") {
    invocation.notes.push_back(Cat("⚠ Missing recommended sections: ", Join(missing, ", ")));
  }
  if (one.issue.defer_until && !args.silent && !args.quiet) NotePastDefer(invocation, *one.issue.defer_until);
  return args;
}

// --- Engine side

// The flags of the command are defaults for what the file leaves open.
NewIssueArgs FromPlan(const PlannedIssue& planned, const NewIssueArgs& defaults, Session& session,
                      const Vocabulary& vocabulary) {
  NewIssueArgs args = defaults;
  Issue& issue = args.issue;
  issue.title = planned.title;
  auto take = [](const std::string& given, std::string& value) {
    if (!given.empty()) value = given;
  };
  take(planned.description, issue.description);
  take(planned.design, issue.design);
  take(planned.acceptance, issue.acceptance_criteria);
  take(planned.assignee, issue.assignee);
  if (!planned.priority.empty()) {
    if (Result<int> priority = ParsePriority(planned.priority)) {
      issue.priority = *priority;
    } else {
      session.Note(Cat("Warning: invalid priority '", planned.priority, "' in '", planned.title, "', using P",
                       issue.priority));
    }
  }
  if (!planned.type.empty()) {
    const std::string type = CanonicalType(planned.type, false);
    if (IsKnownType(type, vocabulary)) {
      issue.issue_type = type;
    } else {
      session.Note(Cat("Warning: invalid issue type '", planned.type, "' in '", planned.title,
                       "', using default '", issue.issue_type, "'"));
    }
  }
  issue.labels.insert(issue.labels.end(), planned.labels.begin(), planned.labels.end());
  issue.labels = CleanLabels(issue.labels);
  args.dependencies = planned.dependencies;
  return args;
}

Result<Body> RunPlan(Session& session, const Args& args) {
  Body body;
  body.file = args.file;
  body.silent = args.silent;
  std::vector<std::string> failures;
  EditContext context = session.Edit();
  for (const PlannedIssue& planned : args.plan) {
    TRY(session.Savepoint());
    context.now = context.now.Plus(1000);  // so that their order by age is that of the file
    Result<Issue> created = CreateFrom(context, FromPlan(planned, args.one, session, context.vocabulary));
    if (!created) {
      TRY(session.RollbackToSavepoint());
      failures.push_back(Cat("  ", planned.title, ": ", created.error().message));
      continue;
    }
    TRY(session.ReleaseSavepoint());
    session.QueueHook("create", created->id);
    body.issues.push_back(std::move(*created));
  }
  if (!failures.empty()) session.Fail(Cat("✗ Failed to create ", failures.size(), " issues:"));
  for (std::string& failure : failures) session.Fail(std::move(failure));
  return body;
}

Result<Body> Run(Session& session, const Args& args) {
  if (!args.plan.empty()) return RunPlan(session, args);
  Body body;
  body.silent = args.silent;
  if (args.dry_run) {
    body.dry_run = true;
    body.dependencies = args.one.dependencies;
    body.issues.push_back(args.one.issue);
    TRY(ValidateTitle(args.one.issue.title));
    return body;
  }
  EditContext context = session.Edit();
  body.issues.push_back(TRY(CreateFrom(context, args.one)));
  session.Touch(body.issues[0].id);
  session.QueueHook("create", body.issues[0].id);
  return body;
}

// --- Text

void PrintDryRun(const Body& body, Output& out) {
  const Issue& issue = body.issues[0];
  out.Line("⚠ [DRY RUN] Would create issue:");
  out.Line(Cat("  ID: ", issue.id.empty() ? "(will be generated)" : issue.id));
  out.Line("  Title: " + issue.title);
  out.Line("  Type: " + issue.issue_type);
  out.Line(Cat("  Priority: P", issue.priority));
  out.Line("  Status: " + issue.status);
  if (!issue.assignee.empty()) out.Line("  Assignee: " + issue.assignee);
  if (!issue.description.empty()) out.Line("  Description: " + issue.description);
  if (!issue.labels.empty()) out.Line("  Labels: " + Join(issue.labels, ", "));
  if (!body.dependencies.empty()) out.Line("  Dependencies: " + Join(body.dependencies, ", "));
  if (!issue.event_kind.empty()) out.Line("  Event category: " + issue.event_kind);
}

void Print(const Body& body, Output& out) {
  if (body.dry_run) return PrintDryRun(body, out);
  if (body.silent) {
    for (const Issue& issue : body.issues) out.Line(issue.id);
    return;
  }
  if (!body.file.empty()) {
    if (body.issues.empty()) return;
    out.Line(
        Cat(out.Styled(Style::kGood, "✓"), " Created ", body.issues.size(), " issues from ", body.file, ":"));
    for (const Issue& issue : body.issues) {
      out.Line(Cat("  ", out.Styled(Style::kId, issue.id), ": ", issue.title, " [P", issue.priority, ", ",
                   issue.issue_type, "]"));
    }
    return;
  }
  const Issue& issue = body.issues[0];
  out.Line(Cat(out.Styled(Style::kGood, "✓"), " Created issue: ", out.Styled(Style::kId, issue.id)));
  out.Line("  Title: " + issue.title);
  out.Line(Cat("  Priority: P", issue.priority));
  out.Line("  Status: " + issue.status);
}

constexpr std::string_view kAliases[] = {"new"};

}  // namespace

extern const Command kCommand_create = {
    .name = "create",
    .summary = "Create an issue, or many from a Markdown file",
    .arguments = "[title]",
    .help = R"(
Examples:
  bd create "Login fails with an empty password" -t bug -p 1 -d "Steps: ..."
  bd create "Part two" --parent bd-a3f8 --deps discovered-from:bd-77c1
  bd create -f plan.md)",
    .group = "Working With Issues",
    .flags = kFlags,
    .needs = Needs::kWrite,
    .aliases = kAliases,
    .write_name = "create",
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
