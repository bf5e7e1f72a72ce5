// bd delete: turns issues into tombstones. Without --force it only shows what would happen.
#include "engine/edit/delete.h"

#include <algorithm>

#include "bd/command.h"
#include "bd/issue_view.h"
#include "bd/text_input.h"
#include "engine/base/text.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"force", kBool, "Really delete", 'f'},
    {"from-file", kString, "Read ids from a file, one a line; # begins a comment"},
    {"dry-run", kBool, "Show what would happen"},
    {"cascade", kBool, "Also what depends on the issues"},
    {"hard", kBool, "Keep no tombstone: a clone that has the issue brings it back"},
    {"reason", kString, "Why", 0, "delete"},
};

struct Args {
  std::vector<std::string> ids;
  std::string reason;
  bool force = false, dry_run = false, cascade = false, hard = false;
  bool Executes() const { return force && !dry_run; }
  bool ReadsOnly() const { return !Executes(); }
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("ids", self.ids);
    visit("reason", self.reason);
    visit("force", self.force);
    visit("dry_run", self.dry_run);
    visit("cascade", self.cascade);
    visit("hard", self.hard);
  }
};

struct Link {
  std::string from, to, direction;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("from", self.from);
    visit("to", self.to);
    visit("direction", self.direction);
  }
};

struct Named {
  std::string id, title;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("title", self.title);
  }
};

struct Body {
  bool executed = false, single = false, cascade = false, dry_run = false;
  std::vector<std::string> asked;
  std::vector<Named> issues, mentions;
  std::vector<Link> links;
  std::vector<std::string> orphaned;
  int64_t labels = 0, events = 0;
  std::vector<std::string> notes;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("executed", self.executed);
    visit("single", self.single);
    visit("cascade", self.cascade);
    visit("dry_run", self.dry_run);
    visit("asked", self.asked);
    visit("issues", self.issues);
    visit("mentions", self.mentions);
    visit("links", self.links);
    visit("orphaned", self.orphaned);
    visit("labels", self.labels);
    visit("events", self.events);
    visit("notes", self.notes);
  }
  // A preview has no JSON form: with --json its text goes to standard error.
  bool Prints(bool json) const { return executed || !json; }
  std::vector<std::string> NotesFor(bool json) const;
  void PrintJson(JsonWriter& out) const;
};

void Body::PrintJson(JsonWriter& out) const {
  out.BeginObject();
  FieldWriter write(out);
  if (single) {
    write("deleted", issues[0].id);
    write("dependencies_removed", static_cast<int64_t>(links.size()));
    write("references_updated", static_cast<int64_t>(mentions.size()));
    return out.EndObject();
  }
  std::vector<std::string> ids;
  for (const Named& issue : issues) ids.push_back(issue.id);
  write("deleted", ids);
  write("deleted_count", static_cast<int64_t>(issues.size()));
  write("dependencies_removed", static_cast<int64_t>(links.size()));
  write("events_removed", events);
  write("labels_removed", labels);
  out.Key("orphaned_issues");
  if (orphaned.empty()) {
    out.Null();
  } else {
    WriteJson(out, orphaned);
  }
  write("references_updated", static_cast<int64_t>(mentions.size()));
  out.EndObject();
}

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args;
  args.ids = invocation.arguments;
  if (std::string file = flags.Text("from-file"); !file.empty()) {
    Result<std::string> text = ReadTextFile(file);
    if (!text) return Error{Code::kInvalid, Cat("Error reading file: ", text.error().message), "", true};
    for (const std::string& raw : Split(*text, '\n')) {
      const std::string_view line = Trim(raw);
      if (!line.empty() && !line.starts_with('#')) args.ids.emplace_back(line);
    }
  }
  if (args.ids.empty()) return Error{Code::kUsage, "no issue IDs provided", "", false};
  args.reason = flags.Text("reason");
  args.force = flags.Bool("force");
  args.dry_run = flags.Bool("dry-run");
  args.cascade = flags.Bool("cascade");
  args.hard = flags.Bool("hard");
  return args;
}

Body Describe(const DeletePlan& plan, const Args& args) {
  Body body;
  body.executed = args.Executes();
  body.single = args.ids.size() == 1 && !args.cascade;
  body.cascade = args.cascade;
  body.dry_run = args.dry_run;
  body.asked = args.ids;
  for (const Issue& issue : plan.issues) body.issues.push_back({issue.id, issue.title});
  for (const Issue& issue : plan.mentions) body.mentions.push_back({issue.id, issue.title});
  for (const Dependency& edge : plan.edges) {
    const bool inbound = edge.depends_on_id == args.ids[0];
    body.links.push_back({edge.issue_id, edge.depends_on_id, inbound ? "inbound" : "outbound"});
  }
  body.orphaned = plan.dependents;
  body.labels = plan.labels;
  body.events = plan.events;
  return body;
}

void Print(const Body& body, Output& out);

Result<Body> Run(Session& session, const Args& args) {
  EditContext context = session.Edit();
  const DeletePlan plan = TRY(PlanDelete(context, args.ids, args.cascade));
  Body body = Describe(plan, args);
  const bool stops = !body.single && !args.cascade && !plan.dependents.empty();
  if (stops && !args.Executes()) {
    Output preview{Terminal{}};
    preview.Line("\n⚠️  DELETE PREVIEW\n");
    preview.Line(Cat("Issues to delete (", body.issues.size(), "):"));
    for (const Named& issue : body.issues) preview.Line(Cat("  ", issue.id, ": ", issue.title));
    std::string offender = body.asked[0];
    for (const Link& link : body.links) {
      if (link.from == plan.dependents[0]) offender = link.to;
    }
    return Error{
        Code::kInvalid,
        Cat(preview.text(), "\nresolve delete set: check dependents: issue ", offender,
            " has dependents not in deletion set; use --cascade to delete them or --force to orphan them"),
        "", true};
  }
  if (!args.Executes()) return body;
  TRY(ExecuteDelete(context, plan, {args.reason, args.hard}));
  if (args.hard) {
    body.notes.push_back(
        "Warning: no tombstone is kept (--hard); a clone that still has the issue will bring it back");
  }
  return body;
}

void PrintPreview(const Body& body, Output& out) {
  out.Line("\n⚠️  DELETE PREVIEW\n");
  if (body.single) {
    out.Line("Issue to delete:");
    out.Line(Cat("  ", body.issues[0].id, ": ", body.issues[0].title));
    out.Line();
    if (!body.links.empty()) {
      out.Line(Cat("Dependency links to remove: ", body.links.size()));
      for (const Link& link : body.links)
        out.Line(Cat("  ", link.from, " → ", link.to, " (", link.direction, ")"));
      out.Line();
      out.Line("Connected issues where text references will be updated:");
      for (const Named& issue : body.mentions) out.Line(Cat("  ", issue.id, ": ", issue.title));
      if (body.mentions.empty()) out.Line("  (none have text references)");
      out.Line();
    }
    out.Line("This operation cannot be undone!");
    out.Line(Cat("To proceed, run: bd delete ", body.issues[0].id, " --force\n"));
    return;
  }
  out.Line(Cat("Issues to delete (", body.asked.size(), "):"));
  for (const Named& issue : body.issues) {
    if (std::find(body.asked.begin(), body.asked.end(), issue.id) != body.asked.end()) {
      out.Line(Cat("  ", issue.id, ": ", issue.title));
    }
  }
  out.Line();
  if (body.cascade) out.Line("⚠ Cascade mode enabled - will also delete all dependent issues\n");
  out.Line(Cat("Would delete: ", body.issues.size(), " issues"));
  out.Line(Cat("Would remove: ", body.links.size(), " dependencies, ", body.labels, " labels, ", body.events,
               " events"));
  if (!body.orphaned.empty()) out.Line(Cat("Would orphan: ", body.orphaned.size(), " issues"));
  if (body.dry_run) return out.Line("(Dry-run mode - no changes made)");
  out.Line("\nThis operation cannot be undone!");
  out.Line(Cat("To proceed", body.cascade ? " with cascade deletion" : "", ", run: bd delete ",
               Join(body.asked, " "), body.cascade ? " --cascade" : "", " --force"));
}

std::vector<std::string> Body::NotesFor(bool json) const {
  if (executed || !json) return notes;
  Output preview{Terminal{}};
  PrintPreview(*this, preview);
  return {preview.Take()};
}

void Print(const Body& body, Output& out) {
  if (!body.executed) return PrintPreview(body, out);
  const std::string mark = out.Styled(Style::kGood, "✓");
  if (body.single) {
    out.Line(Cat(mark, " Deleted ", body.issues[0].id));
    out.Line(Cat("  Removed ", body.links.size(), " dependency link(s)"));
    out.Line(Cat("  Updated text references in ", body.mentions.size(), " issue(s)"));
    return;
  }
  out.Line(Cat(mark, " Deleted ", body.issues.size(), " issue(s)"));
  out.Line(Cat("  Removed ", body.links.size(), " dependency link(s)"));
  out.Line(Cat("  Removed ", body.labels, " label(s)"));
  out.Line(Cat("  Removed ", body.events, " event(s)"));
  out.Line(Cat("  Updated text references in ", body.mentions.size(), " issue(s)"));
  if (!body.orphaned.empty()) {
    out.Line(Cat("  ⚠ Orphaned ", body.orphaned.size(), " issue(s): ", Join(body.orphaned, ", ")));
  }
}

}  // namespace

extern const Command kCommand_delete = {
    .name = "delete",
    .summary = "Delete issues, so that they stay deleted in every clone",
    .arguments = "<id...>",
    .help = R"(
Shows what would happen; --force does it. Ids must be exact. Edges at both ends go, and texts of
connected issues name a deleted issue as [deleted:ID].)",
    .group = "Working With Issues",
    .flags = kFlags,
    .needs = Needs::kWrite,
    .write_name = "delete",
    .completes_ids = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
