// bd export: JSONL (or an Obsidian task list) to standard output or a file.
#include <algorithm>
#include <set>

#include "bd/export_lines.h"
#include "bd/filter_flags.h"
#include "bd/sync_steps.h"
#include "engine/jsonl/reader.h"
#include "engine/os/path.h"
#include "engine/os/random.h"
#include "engine/query/list.h"
#include "engine/storage/dirty.h"
#include "engine/storage/exchange.h"
#include "engine/storage/settings.h"
#include "engine/types/issue_json.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"format", kString, "jsonl or obsidian", 'f', "jsonl"},
    {"output", kString, "File to write (default: standard output)", 'o'},
    {"status", kString, "Filter by status", 's'},
    {"assignee", kString, "Filter by assignee", 'a'},
    {"type", kString, "Filter by type", 't'},
    {"priority", kString, "Filter by priority (0-4 or P0-P4)", 'p'},
    {"priority-min", kString, "Priority at least"},
    {"priority-max", kString, "Priority at most"},
    {"label", kList, "Filter by labels: all of them", 'l'},
    {"label-any", kList, "Filter by labels: at least one"},
    {"created-after", kString, "Created after"},
    {"created-before", kString, "Created before"},
    {"updated-after", kString, "Updated after"},
    {"updated-before", kString, "Updated before"},
    {"id", kString, "These ids only, separated by commas"},
    {"parent", kString, "Children of an issue"},
    {"force", kBool, "Also over a file that has more than the database"},
    {"events", kBool, "Append the history to events.jsonl instead"},
    {"events-reset", kBool, "The next --events begins anew"},
};

struct Args {
  std::string format, output;
  std::string output_shown;  // as typed
  IssueFilter filter;
  bool filtered = false, force = false, events = false, events_reset = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("format", self.format);
    visit("output", self.output);
    visit("output_shown", self.output_shown);
    visit("filter", self.filter);
    visit("filtered", self.filtered);
    visit("force", self.force);
    visit("events", self.events);
    visit("events_reset", self.events_reset);
  }
};

struct Body {
  static constexpr bool kTextOnly = true;
  std::string text, output, note;
  int64_t exported = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("text", self.text);
    visit("output", self.output);
    visit("note", self.note);
    visit("exported", self.exported);
  }
  bool Prints(bool) const { return !text.empty(); }
  // With --json the figures are an object on standard error: standard output has the issues.
  std::vector<std::string> NotesFor(bool json) const {
    if (!note.empty()) return {note};
    if (!json) return {};
    std::string figures;
    JsonWriter out(figures, JsonWriter::Form::kIndented);
    out.BeginObject();
    FieldWriter write(out);
    write("exported", exported);
    write("output_file", output, kOmitEmpty);
    write("skipped", int64_t{0});
    write("success", true);
    write("total_issues", exported);
    out.EndObject();
    return {figures};
  }
};

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args;
  args.format = flags.Text("format");
  if (args.format != "jsonl" && args.format != "obsidian")
    return Invalid("format must be 'jsonl' or 'obsidian'");
  IssueFilter& filter = args.filter;
  filter.now = invocation.now;
  auto text = [&](std::string_view flag) {
    args.filtered = args.filtered || !flags.Text(flag).empty();
    return flags.Text(flag).empty() ? std::nullopt : std::optional<std::string>(flags.Text(flag));
  };
  filter.status = text("status");
  filter.assignee = text("assignee");
  filter.type = text("type");
  filter.parent = text("parent");
  if (auto ids = text("id")) filter.ids = SplitList(*ids);
  filter.labels_all = CleanLabels(flags.List("label"));
  filter.labels_any = CleanLabels(flags.List("label-any"));
  if (auto priority = text("priority")) {
    Result<int> value = ParsePriority(*priority);
    if (!value) return Error{Code::kInvalid, "Error parsing --priority: " + value.error().message, "", true};
    filter.priority = *value;
  }
  TRY(ReadPriorityRange(invocation, filter));
  filter.created.after = TRY(ReadTimeFlag(invocation, "created-after"));
  filter.created.before = TRY(ReadTimeFlag(invocation, "created-before"));
  filter.updated.after = TRY(ReadTimeFlag(invocation, "updated-after"));
  filter.updated.before = TRY(ReadTimeFlag(invocation, "updated-before"));
  args.filtered = args.filtered || !filter.labels_all.empty() || !filter.labels_any.empty() ||
                  filter.priority_min || filter.priority_max || filter.created.after ||
                  filter.created.before || filter.updated.after || filter.updated.before;
  args.output_shown = flags.Text("output");
  if (args.format == "obsidian" && args.output_shown.empty()) args.output_shown = "ai_docs/changes-log.md";
  if (!args.output_shown.empty()) args.output = TRY(os::AbsolutePath(args.output_shown));
  args.force = flags.Bool("force");
  args.events = flags.Bool("events");
  args.events_reset = flags.Bool("events-reset");
  return args;
}

// --- Lines

std::string ObsidianLine(const Issue& issue) {
  constexpr std::string_view kPriority[] = {"🔺", "⏫", "🔼", "🔽", "⏬"};
  std::string line =
      Cat("- [",
          issue.IsClosed()                ? "x"
          : issue.status == "in_progress" ? "/"
                                          : " ",
          "] ", issue.title, " 🆔 ", issue.id, " ", kPriority[std::clamp<int64_t>(issue.priority, 0, 4)],
          " ➕ ", FormatDate(issue.created_at));
  if (issue.defer_until) line += Cat(" 🛫 ", FormatDate(*issue.defer_until));
  if (issue.due_at) line += Cat(" 📅 ", FormatDate(*issue.due_at));
  for (const Dependency& edge : issue.dependencies) {
    if (edge.type == "blocks") line += Cat(" ⛔ ", edge.depends_on_id);
  }
  if (issue.closed_at) line += Cat(" ✅ ", FormatDate(*issue.closed_at));
  return line + "\n";
}

Status Collect(Session& session, const Args& args, Body& body) {
  LineCollector lines(session.tx(), TRY(HasVerbatimLines(session.tx())));
  if (!args.filtered && args.format == "jsonl") {
    TRY(ForEachIssue(session.tx(), lines));
  } else {
    const ListOptions by_id{"id", false, 0};
    for (const Issue& issue : TRY(ListIssues(session.tx(), args.filter, by_id, kAllDetails))) {
      if (args.format == "obsidian") {
        lines.text += ObsidianLine(issue);
        ++lines.count;
      } else {
        TRY(lines.Visit(issue));
      }
    }
  }
  body.text = std::move(lines.text);
  body.exported = lines.count;
  return Ok();
}

// --- What must not be overwritten

Result<std::vector<std::string>> IdsIn(const std::string& path) {
  std::vector<std::string> ids;
  Result<os::Fd> file = os::OpenRead(path);
  if (!file && file.error().code == Code::kNotFound) return ids;
  if (!file) return std::move(file).error();
  LineReader reader(*file);
  Line line;
  for (;;) {
    Result<bool> more = reader.Next(line);
    if (!more) more.error().message = Cat(path, ": ", more.error().message);
    if (!TRY(std::move(more))) break;
    std::string id(LeadingId(line.text));
    if (id.empty()) {
      Result<ParsedLine> parsed = ParseIssueLine(line.text);
      if (parsed) id = parsed->issue.id;
    }
    if (!id.empty()) ids.push_back(std::move(id));
  }
  return ids;
}

Status CheckTarget(Session& session, const Args& args, int64_t exported) {
  if (args.force || args.filtered || args.format != "jsonl") return Ok();
  const std::vector<std::string> there = TRY(IdsIn(args.output));
  if (there.empty()) return Ok();
  if (exported == 0) {
    return Error{
        Code::kInvalid,
        Cat("Error: refusing to export empty database over non-empty JSONL file\n"
            "  Database has 0 issues, JSONL has ",
            there.size(),
            " issues\n  This would result in data loss!\nHint: Use --force to override this safety check, "
            "or delete the JSONL file first:\n  bd export -o ",
            args.output_shown, " --force\n  rm ", args.output_shown),
        "", true};
  }
  std::vector<std::string> lost;
  for (const std::string& id : there) {
    if (!TRY(IssueExists(session.tx(), id))) lost.push_back(id);
  }
  if (lost.empty()) return Ok();
  const size_t shown = std::min<size_t>(lost.size(), 10);
  std::string names = Join({lost.begin(), lost.begin() + static_cast<std::ptrdiff_t>(shown)}, ", ");
  if (shown < lost.size()) names += ", ...";
  return Error{
      Code::kInvalid,
      Cat("Error: refusing to export stale database that would lose issues\n  The file has ", lost.size(),
          " issues that the database lacks: ", names, "\nHint: import them first (bd import -i ",
          args.output_shown, "), or use --force to drop them"),
      "", true};
}

// --- History

constexpr std::string_view kLastEvent = "events_last_exported_id";

Result<Body> ExportEvents(Session& session, const Args& args) {
  Body body;
  TRY(session.BeginWrite());
  if (args.events_reset) {
    TRY(UnsetMetadata(session.tx(), kLastEvent));
    TRY(session.Commit());
    body.note = "Events export state reset";
    return body;
  }
  int64_t last = ParseInt(TRY(GetMetadata(session.tx(), kLastEvent)).value_or("0")).value_or(0);
  std::string text;
  {
    Statement rows = TRY(session.tx().db().Prepare(
        "SELECT id, issue_id, event_type, actor, old_value, new_value, comment, created_at "
        "FROM events WHERE id > ? ORDER BY id"));
    rows.Bind(last);
    while (TRY(rows.Step())) {
      last = rows.Int(0);
      JsonWriter out(text);
      out.BeginObject();
      FieldWriter write(out);
      write("id", rows.Int(0));
      write("issue_id", rows.Text(1));
      write("event_type", rows.Text(2));
      write("actor", rows.Text(3));
      constexpr const char* kOptional[] = {"old_value", "new_value", "comment"};
      for (int i = 0; i < 3; ++i) {
        if (!rows.IsNull(4 + i)) write(kOptional[i], rows.Text(4 + i));
      }
      const std::optional<Time> time = ParseTime(rows.TextView(7));
      write("created_at", time.value_or(Time()));
      out.EndObject();
      text += '\n';
    }
  }
  const std::string path =
      args.output.empty() ? session.workspace().directory + "/events.jsonl" : args.output;
  const os::Fd file = TRY(os::OpenAppend(path, 0644));
  TRY(os::Write(file, text));
  TRY(os::Sync(file));
  TRY(SetMetadata(session.tx(), kLastEvent, Cat(last)));
  TRY(session.Commit());
  body.note = Cat("Events exported to ", path);
  return body;
}

// --- Run

Result<Body> Run(Session& session, const Args& args) {
  if (args.events || args.events_reset) return ExportEvents(session, args);
  TRY(session.Refresh(false));
  TRY(session.BeginRead());
  Body body;
  body.output = args.output_shown;
  TRY(Collect(session, args, body));
  if (args.output.empty()) return body;
  TRY(CheckTarget(session, args, body.exported));
  session.Rollback();
  if (TRY(os::RealPath(args.output)) == session.workspace().shared_file && !args.filtered) {
    TRY(ExportNow(session, true));
  } else {
    TRY(os::MakeDirectories(os::DirectoryOf(args.output), 0755));
    TRY(os::ReplaceFile(args.output, body.text, 0600));
  }
  body.text.clear();
  return body;
}

void Print(const Body& body, Output& out) { out.Write(body.text); }

}  // namespace

extern const Command kCommand_export = {
    .name = "export",
    .summary = "Export issues as JSONL",
    .group = "Sync & Data",
    .flags = kFlags,
    .needs = Needs::kSession,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
