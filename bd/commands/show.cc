// bd show (view): everything about one or more issues.
#include <algorithm>

#include "bd/command.h"
#include "bd/issue_detail.h"
#include "engine/os/clock.h"
#include "engine/query/graph.h"
#include "engine/query/resolve.h"
#include "engine/storage/attachments.h"
#include "engine/types/vocabulary.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"id", kArray, "Issue id (for ids that look like flags)"},
    {"short", kBool, "One line for each issue"},
    {"refs", kBool, "What refers to the issue"},
    {"children", kBool, "Its children only"},
    {"thread", kBool, "The conversation that it belongs to (replies-to)"},
    {"local-time", kBool, "Times in the local zone"},
    {"as-of", kString, "State at a commit (needs another backend)"},
};

struct Args {
  std::vector<std::string> ids;
  std::string mode;  // "", short, refs, children, thread
  bool local_time = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("ids", self.ids);
    visit("mode", self.mode);
    visit("local_time", self.local_time);
  }
};

struct Body {
  std::string mode;
  bool local_time = false;
  std::vector<Detail> details;
  std::vector<Issue> thread;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("mode", self.mode);
    visit("local_time", self.local_time);
    visit("details", self.details);
    visit("thread", self.thread);
  }
  bool Prints(bool) const { return !details.empty(); }
  void PrintJson(JsonWriter& out) const;
};

// --- JSON

void PrintByIssue(JsonWriter& out, const std::vector<Detail>& details) {
  out.BeginObject();
  for (const Detail& detail : details) {
    out.Key(detail.issue.id);
    PrintLinked(out, detail.dependents);
  }
  out.EndObject();
}

void Body::PrintJson(JsonWriter& out) const {
  if (mode == "refs" || mode == "children") return PrintByIssue(out, details);
  if (mode == "thread") return PrintIssues(out, thread, shape::Plain());
  out.BeginArray();
  for (const Detail& detail : details) detail.PrintJson(out);
  out.EndArray();
}

// --- Client and engine

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  if (!flags.Text("as-of").empty()) {
    return Invalid("--as-of requires Dolt backend (current backend does not support versioning)");
  }
  Args args;
  args.ids = invocation.arguments;
  for (std::string& id : flags.List("id")) args.ids.push_back(std::move(id));
  if (args.ids.empty())
    return Invalid("at least one issue ID is required (use positional args or --id flag)");
  for (const char* mode : {"thread", "refs", "children", "short"}) {
    if (flags.Bool(mode) && args.mode.empty()) args.mode = mode;
  }
  args.local_time = flags.Bool("local-time");
  return args;
}

Status AddThread(Tx& tx, const std::string& id, std::vector<Issue>& thread) {
  constexpr std::string_view kRepliesTo = "replies-to";
  std::string root = id;
  std::vector<std::string> above{root};
  for (bool up = true; up;) {
    up = false;
    for (const Dependency& edge : TRY(EdgesFrom(tx, root))) {
      if (edge.type != kRepliesTo || std::find(above.begin(), above.end(), edge.depends_on_id) != above.end())
        continue;
      if (!TRY(LiveIssueExists(tx, edge.depends_on_id))) continue;
      root = edge.depends_on_id;
      above.push_back(root);
      up = true;
      break;
    }
  }
  std::vector<std::string> open{root}, met{root};
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    std::optional<Issue> issue = TRY(FindIssue(tx, at));
    if (issue && !issue->IsTombstone()) thread.push_back(std::move(*issue));
    for (const Dependency& edge : TRY(EdgesTo(tx, at))) {
      if (edge.type != kRepliesTo || std::find(met.begin(), met.end(), edge.issue_id) != met.end()) continue;
      met.push_back(edge.issue_id);
      open.push_back(edge.issue_id);
    }
  }
  std::stable_sort(thread.begin(), thread.end(),
                   [](const Issue& a, const Issue& b) { return a.created_at < b.created_at; });
  return Ok();
}

Result<Body> Run(Session& session, const Args& args) {
  Body body;
  body.mode = args.mode;
  body.local_time = args.local_time;
  for (const std::string& typed : args.ids) {
    Result<std::string> id = ResolveId(session.tx(), typed);
    if (!id) {
      session.Fail(Cat("Error fetching ", typed, ": ", id.error().message));
      continue;
    }
    body.details.push_back(TRY(LoadDetail(session.tx(), *id, args.mode)));
    if (args.mode == "thread") TRY(AddThread(session.tx(), *id, body.thread));
    session.Touch(*id);
  }
  return body;
}

// --- Text

std::string LinkLine(const Output& out, std::string_view arrow, const LinkedRecord& record) {
  const Issue& issue = record.issue;
  if (issue.created_at.IsZero()) return Cat("  ", arrow, " ", issue.id);  // no issue of this workspace
  const std::string badge = issue.issue_type == "epic" ? "(EPIC) " : "";
  return Cat("  ", arrow, " ", StyledStatusIcon(out, issue.status), " ", out.Styled(Style::kId, issue.id),
             ": ", badge, issue.title, " ", StyledPriority(out, issue.priority));
}

class DetailPrinter {
 public:
  DetailPrinter(const Detail& detail, bool local_time, Output& out)
      : detail_(detail), issue_(detail.issue), local_time_(local_time), out_(out) {}

  void Print() {
    Head();
    Section("DESCRIPTION", issue_.description);
    Section("DESIGN", issue_.design);
    Section("NOTES", issue_.notes);
    Section("ACCEPTANCE CRITERIA", issue_.acceptance_criteria);
    if (!issue_.labels.empty())
      out_.Line(Cat("\n", out_.Styled(Style::kBold, "LABELS:"), " ", Join(issue_.labels, ", ")));
    Links();
    Comments();
    out_.Line();
  }

 private:
  Time Shown(Time time) const {
    if (local_time_) time.offset_seconds = os::LocalOffset(time.seconds);
    return time;
  }

  void Head() {
    std::string badge;
    if (issue_.issue_type == "epic" || issue_.issue_type == "bug")
      badge = Cat(" [", Upper(issue_.issue_type), "]");
    out_.Line();
    out_.Line(Cat(StyledStatusIcon(out_, issue_.status), " ", out_.Styled(Style::kId, issue_.id), badge,
                  " · ", out_.Styled(Style::kBold, issue_.title), "   [",
                  StyledPriority(out_, issue_.priority), " · ", Upper(issue_.status), "]"));
    std::string people;
    if (!issue_.created_by.empty()) people += Cat("Owner: ", issue_.created_by, " · ");
    if (!issue_.assignee.empty()) people += Cat("Assignee: ", issue_.assignee, " · ");
    out_.Line(Cat(people, "Type: ", issue_.issue_type));
    std::string dates = Cat("Created: ", FormatDate(Shown(issue_.created_at)),
                            " · Updated: ", FormatDate(Shown(issue_.updated_at)));
    if (issue_.due_at) dates += Cat(" · Due: ", FormatDate(Shown(*issue_.due_at)));
    if (issue_.defer_until) dates += Cat(" · Deferred: ", FormatDate(Shown(*issue_.defer_until)));
    out_.Line(dates);
    Fact("Close reason", issue_.close_reason);
    Fact("External", issue_.external_ref);
    Fact("Spec", issue_.spec_id);
    Fact("Wisp type", issue_.wisp_type);
    if (issue_.compaction_level > 0) {
      out_.Line(Cat(issue_.compaction_level > 1 ? "📦" : "🗜️", " Compacted to level ",
                    issue_.compaction_level, " from ", issue_.original_size, " bytes"));
    }
  }
  void Fact(std::string_view name, const std::string& value) {
    if (!value.empty()) out_.Line(Cat(name, ": ", value));
  }
  void Heading(std::string_view name) { out_.Line(Cat("\n", out_.Styled(Style::kBold, name))); }
  void Section(std::string_view name, const std::string& text) {
    if (text.empty()) return;
    Heading(name);
    out_.Line(text.ends_with('\n') ? std::string_view(text).substr(0, text.size() - 1)
                                   : std::string_view(text));
  }

  // Links of these types, in one direction, under a heading.
  void LinksOf(std::string_view heading, std::string_view arrow, const std::vector<LinkedRecord>& records,
               std::string_view kind) {
    bool first = true;
    for (const LinkedRecord& record : records) {
      if (KindOf(record.dependency_type) != kind) continue;
      if (first) Heading(heading);
      first = false;
      out_.Line(LinkLine(out_, arrow, record));
    }
  }
  static std::string_view KindOf(std::string_view type) {
    if (type == edge::kParentChild || type == "discovered-from") return type;
    if (type == "related" || type == edge::kRelatesTo) return "related";
    return "blocks";
  }

  void Links() {
    LinksOf("PARENT", "↑", detail_.dependencies, edge::kParentChild);
    LinksOf("DEPENDS ON", "→", detail_.dependencies, "blocks");
    LinksOf("DISCOVERED FROM", "◊", detail_.dependencies, "discovered-from");
    LinksOf("CHILDREN", "↳", detail_.dependents, edge::kParentChild);
    LinksOf("BLOCKS", "←", detail_.dependents, "blocks");
    LinksOf("DISCOVERED", "◊", detail_.dependents, "discovered-from");
    // A relation counts in both directions, and is shown once.
    std::vector<LinkedRecord> related;
    for (const auto* records : {&detail_.dependencies, &detail_.dependents}) {
      for (const LinkedRecord& record : *records) {
        const bool shown = std::any_of(related.begin(), related.end(),
                                       [&](const LinkedRecord& r) { return r.issue.id == record.issue.id; });
        if (KindOf(record.dependency_type) == "related" && !shown) related.push_back(record);
      }
    }
    LinksOf("RELATED", "↔", related, "related");
  }

  void Comments() {
    if (issue_.comments.empty()) return;
    Heading("COMMENTS");
    for (const Comment& comment : issue_.comments) {
      out_.Line(Cat("  ", FormatMinute(Shown(comment.created_at)), " ", comment.author));
      for (const std::string& line : Split(Trim(comment.text), '\n')) out_.Line("    " + line);
    }
  }

  const Detail& detail_;
  const Issue& issue_;
  bool local_time_;
  Output& out_;
};

void PrintRefs(const Detail& detail, Output& out) {
  if (detail.dependents.empty()) return out.Line(detail.issue.id + ": No references found");
  out.Line(Cat("\n📎 References to ", detail.issue.id, ":"));
  std::map<std::string, std::vector<const LinkedRecord*>> by_type;
  for (const LinkedRecord& record : detail.dependents) by_type[record.dependency_type].push_back(&record);
  for (const auto& [type, records] : by_type) {
    const std::string_view icon = type == edge::kBlocks ? "🚫" : type == edge::kParentChild ? "↳" : "🔗";
    out.Line(Cat("\n  ", icon, " ", type, " (", records.size(), "):"));
    for (const LinkedRecord* record : records) {
      out.Line(Cat("    ", record->issue.id, ": ", record->issue.title, " [P", record->issue.priority, " - ",
                   record->issue.status, "]"));
    }
  }
  out.Line();
}

void PrintChildren(const Detail& detail, Output& out) {
  if (detail.dependents.empty()) return out.Line(detail.issue.id + ": No children found");
  out.Line(Cat("↳ Children of ", detail.issue.id, " (", detail.dependents.size(), "):"));
  for (const LinkedRecord& record : detail.dependents) out.Line(LinkLine(out, "↳", record));
  out.Line();
}

void PrintThread(const Body& body, Output& out) {
  std::string line;
  for (int i = 0; i < 66; ++i) line += "─";
  if (body.thread.empty()) return;
  out.Line(Cat("\n📬 Thread: ", body.thread[0].title));
  out.Line(line);
  for (const Issue& message : body.thread) {
    out.Line(Cat("📧 ", message.id, " ", FormatMinute(message.created_at)));
    out.Line(Cat("  From: ", message.sender, "  To: ", message.assignee));
    out.Line(Cat("  Subject: ", message.title));
    for (const std::string& text : Split(Trim(message.description), '\n')) out.Line("  " + text);
    out.Line();
  }
  out.Line(Cat("Total: ", body.thread.size(), " messages in thread"));
  out.Line();
}

void Print(const Body& body, Output& out) {
  if (body.mode == "thread") return PrintThread(body, out);
  std::string line;
  for (int i = 0; i < 60; ++i) line += "─";
  for (const Detail& detail : body.details) {
    if (body.mode == "short") {
      out.Line(ShortLine(out, detail.issue));
    } else if (body.mode == "refs") {
      PrintRefs(detail, out);
    } else if (body.mode == "children") {
      PrintChildren(detail, out);
    } else {
      if (&detail != &body.details.front()) out.Line("\n" + line);
      DetailPrinter(detail, body.local_time, out).Print();
    }
  }
}

constexpr std::string_view kAliases[] = {"view"};

}  // namespace

extern const Command kCommand_show = {
    .name = "show",
    .summary = "Show everything about issues",
    .arguments = "[id...]",
    .group = "Working With Issues",
    .flags = kFlags,
    .needs = Needs::kRead,
    .aliases = kAliases,
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
