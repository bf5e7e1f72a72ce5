// bd update: changes fields, labels, the parent; takes work (--claim).
#include "engine/edit/update.h"

#include "bd/filter_flags.h"
#include "bd/issues_body.h"
#include "bd/text_input.h"
#include "engine/edit/link.h"
#include "engine/os/environment.h"
#include "engine/query/resolve.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"status", kString, "New status", 's'},
    {"priority", kString, "New priority (0-4 or P0-P4)", 'p'},
    {"title", kString, "New title"},
    {"type", kString, "New type", 't'},
    {"description", kString, "New description; - reads standard input", 'd'},
    {"body", kString, "", 0, "", "description", true},
    {"message", kString, "", 'm', "", "description", true},
    {"body-file", kString, "Read the description from a file; - is standard input"},
    {"description-file", kString, "", 0, "", "body-file", true},
    {"design", kString, "New design notes"},
    {"acceptance", kString, "New acceptance criteria"},
    {"acceptance-criteria", kString, "", 0, "", "acceptance", true},
    {"notes", kString, "New notes"},
    {"append-notes", kString, "Add to the notes, on a line of their own"},
    {"external-ref", kString, "Reference in another system; \"\" removes it"},
    {"spec-id", kString, "Specification; \"\" removes it"},
    {"assignee", kString, "New assignee; \"\" removes it", 'a'},
    {"estimate", kInt, "Estimate in minutes", 'e'},
    {"add-label", kList, "Add labels"},
    {"remove-label", kList, "Remove labels"},
    {"set-labels", kList, "Make these the labels; \"\" removes all"},
    {"parent", kString, "New parent; \"\" removes it"},
    {"claim", kBool, "Take it: you become the assignee, the status in_progress; fails if somebody has it"},
    {"session", kString, "Session that closes it (with --status closed; default $CLAUDE_SESSION_ID)"},
    {"due", kString, "Due date; \"\" removes it"},
    {"defer", kString, "Not ready before; \"\" removes it"},
    {"await-id", kString, "What a gate waits for"},
    {"ephemeral", kBool, "Mark it ephemeral: it stays out of the JSONL file unless it is there already"},
    {"persistent", kBool, "The opposite"},
    {"metadata", kString, "Metadata as JSON, or @file"},
};

struct Args {
  std::vector<std::string> ids;
  FieldChanges fields;
  LabelChanges labels;
  std::optional<std::string> parent;
  bool claim = false;
  bool Nothing() const { return fields.empty() && labels.empty() && !parent && !claim; }
  bool ReadsOnly() const { return Nothing(); }
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("ids", self.ids);
    visit("fields", self.fields);
    visit("labels", self.labels);
    visit("parent", self.parent, kOmitEmpty);
    visit("claim", self.claim);
  }
};

constexpr const char* kNothing = "No updates specified";

struct Body : IssuesBody {
  bool nothing = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issues", self.issues);
    visit("nothing", self.nothing);
  }
  bool Prints(bool) const { return nothing || !issues.empty(); }
  std::vector<std::string> NotesFor(bool json) const {
    if (!nothing || !json) return {};
    return {kNothing};
  }
};

Status ReadTexts(const Invocation& invocation, FieldChanges& fields) {
  const FlagValues& flags = invocation.flags;
  fields.status = flags.TextIfGiven("status");
  fields.title = flags.TextIfGiven("title");
  fields.description = TRY(ReadDescription(invocation));
  fields.design = flags.TextIfGiven("design");
  fields.acceptance_criteria = flags.TextIfGiven("acceptance");
  fields.notes = flags.TextIfGiven("notes");
  fields.append_notes = flags.TextIfGiven("append-notes");
  if (fields.notes && fields.append_notes) return Invalid("cannot specify both --notes and --append-notes");
  fields.external_ref = flags.TextIfGiven("external-ref");
  fields.spec_id = flags.TextIfGiven("spec-id");
  fields.assignee = flags.TextIfGiven("assignee");
  fields.await_id = flags.TextIfGiven("await-id");
  if (fields.status == "closed") {
    const std::string session =
        flags.Has("session") ? flags.Text("session") : os::GetEnv("CLAUDE_SESSION_ID");
    if (!session.empty()) fields.session = session;
  }
  return Ok();
}

Status ReadMetadata(const FlagValues& flags, FieldChanges& fields) {
  if (!flags.Has("metadata")) return Ok();
  std::string text = flags.Text("metadata");
  if (text.starts_with('@')) {
    const std::string path = text.substr(1);
    Result<std::string> content = ReadTextFile(path);
    if (!content) return Invalid(Cat("failed to read metadata file ", path, ": ", content.error().message));
    text = std::string(Trim(*content));
  }
  if (JsonProblem(text)) return Invalid("invalid JSON in --metadata: must be valid JSON");
  fields.metadata = text;
  return Ok();
}

Status ReadMoments(Invocation& invocation, FieldChanges& fields) {
  const FlagValues& flags = invocation.flags;
  fields.due_at = TRY(ReadMomentFlag(invocation, "due", "+6h"));
  fields.clear_due = flags.Has("due") && flags.Text("due").empty();
  fields.defer_until = TRY(ReadMomentFlag(invocation, "defer", "+1h"));
  fields.clear_defer = flags.Has("defer") && flags.Text("defer").empty();
  if (fields.defer_until) NotePastDefer(invocation, *fields.defer_until);
  return Ok();
}

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args;
  args.ids = invocation.arguments;
  if (flags.Has("priority")) args.fields.priority = TRY(ParsePriority(flags.Text("priority")));
  TRY(ReadTexts(invocation, args.fields));
  if (flags.Has("type")) args.fields.issue_type = CanonicalType(flags.Text("type"));
  if (flags.Has("estimate")) {
    if (flags.Int("estimate") < 0) return Invalid("estimate must be a non-negative number of minutes");
    args.fields.estimated_minutes = flags.Int("estimate");
  }
  TRY(ReadMoments(invocation, args.fields));
  if (flags.Bool("ephemeral") && flags.Bool("persistent")) {
    return Invalid("cannot specify both --ephemeral and --persistent flags");
  }
  if (flags.Bool("ephemeral")) args.fields.ephemeral = true;
  if (flags.Bool("persistent")) args.fields.ephemeral = false;
  TRY(ReadMetadata(flags, args.fields));
  args.labels.add = flags.List("add-label");
  args.labels.remove = flags.List("remove-label");
  if (flags.Has("set-labels")) args.labels.set = flags.List("set-labels");
  args.parent = flags.TextIfGiven("parent");
  args.claim = flags.Bool("claim");
  return args;
}

Status CheckType(const EditContext& context, const FieldChanges& fields) {
  if (!fields.issue_type || IsKnownType(*fields.issue_type, context.vocabulary)) return Ok();
  std::string valid = "bug, feature, task, epic, chore";
  for (const std::string& type : context.vocabulary.custom_types) valid += ", " + type;
  return Invalid(Cat("invalid issue type ", Quote(*fields.issue_type), ". Valid types: ", valid));
}

// An error with the whole line that people see.
Status Worded(Status status, std::string_view before) {
  if (status || status.error().complete) return status;
  status.error().message = Cat(before, status.error().message);
  status.error().complete = status.error().code == Code::kInvalid || status.error().code == Code::kConflict ||
                            status.error().code == Code::kNotFound;
  return status;
}

Status UpdateOne(Session& session, const Args& args, const std::string& id) {
  EditContext context = session.Edit();
  if (args.claim) TRY(Worded(ClaimIssue(context, id), Cat("Error claiming ", id, ": ")));
  if (!args.fields.empty())
    TRY(Worded(UpdateIssue(context, id, args.fields), Cat("Error updating ", id, ": ")));
  if (!args.labels.empty())
    TRY(Worded(ChangeLabels(context, id, args.labels), Cat("Error updating ", id, ": ")));
  if (!args.parent) return Ok();
  Status parent = SetParent(context, id, *args.parent);
  const bool missing = !parent && parent.error().code == Code::kNotFound;
  return Worded(std::move(parent), missing ? "Error: " : "Error adding parent dependency: ");
}

Result<Body> Run(Session& session, const Args& args) {
  Body body;
  body.nothing = args.Nothing();
  std::vector<std::string> typed = args.ids;
  if (typed.empty()) typed.push_back(TRY(session.LastTouched()));
  if (body.nothing) return body;
  TRY(CheckType(session.Edit(), args.fields));
  for (const std::string& one : typed) {
    Result<std::string> id = ResolveId(session.tx(), one);
    if (!id) {
      session.Fail(Cat("Error resolving ", one, ": ", id.error().message));
      continue;
    }
    if (!TRY(ForOne(session, *id, "updating", [&] { return UpdateOne(session, args, *id); }))) continue;
    TRY(AddIssue(session, *id, body));
    session.Touch(*id);
    session.QueueHook("update", *id);
  }
  return body;
}

void Print(const Body& body, Output& out) {
  if (body.nothing) out.Line(kNothing);
  for (const Issue& issue : body.issues) {
    out.Line(Cat(out.Styled(Style::kGood, "✓"), " Updated issue: ", out.Styled(Style::kId, issue.id)));
  }
}

}  // namespace

extern const Command kCommand_update = {
    .name = "update",
    .summary = "Change issues",
    .arguments = "[id...]",
    .help = R"(
Without an id, the issue that was created, updated or shown last.

Examples:
  bd update bd-a3f8 --claim
  bd update bd-a3f8 --status blocked --append-notes "waits for the vendor"
  bd update bd-a3f8 bd-77c1 --add-label ui -p 1)",
    .group = "Working With Issues",
    .flags = kFlags,
    .needs = Needs::kWrite,
    .write_name = "update",
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
