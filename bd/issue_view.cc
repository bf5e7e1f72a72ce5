#include "bd/issue_view.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "engine/base/text.h"
#include "engine/storage/attachments.h"
#include "engine/types/id.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace shape {
FieldSet Plain() { return FieldsNamed({"closed_by_session", "dependencies", "comments"}); }
FieldSet Created() { return Plain() | FieldsNamed({"labels"}); }
FieldSet Listed() { return FieldsNamed({"closed_by_session", "comments"}); }
FieldSet Details() { return Created(); }
FieldSet Linked() {
  return Plain() | FieldsNamed({"close_reason", "due_at", "defer_until", "metadata", "hook_bead", "role_bead",
                                "agent_state", "last_activity", "role_type", "rig"});
}
FieldSet Blocked() {
  return Created() | FieldsNamed({"owner", "spec_id", "close_reason", "due_at", "defer_until", "metadata"});
}
FieldSet Stale() {
  return Created() | FieldsNamed({"owner", "created_by", "spec_id", "due_at", "defer_until"});
}
FieldSet Node() {
  return Created() |
         FieldsNamed({"owner", "created_by", "spec_id", "close_reason", "due_at", "defer_until", "metadata"});
}
}  // namespace shape

void PrintIssues(JsonWriter& out, const std::vector<Issue>& issues, const FieldSet& without) {
  out.BeginArray();
  for (const Issue& issue : issues) {
    out.BeginObject();
    WriteIssueMembers(out, issue, without);
    out.EndObject();
  }
  out.EndArray();
}

void ListedIssue::PrintMembers(JsonWriter& out, const FieldSet& without) const {
  WriteIssueMembers(out, issue, without);
  FieldWriter write(out);
  write("dependency_count", dependency_count);
  write("dependent_count", dependent_count);
  write("comment_count", comment_count);
}

void ListedIssue::PrintJson(JsonWriter& out, const FieldSet& without) const {
  out.BeginObject();
  PrintMembers(out, without);
  out.EndObject();
}

void PrintListed(JsonWriter& out, const std::vector<ListedIssue>& issues, const FieldSet& without) {
  out.BeginArray();
  for (const ListedIssue& issue : issues) issue.PrintJson(out, without);
  out.EndArray();
}

Result<std::vector<ListedIssue>> WithCounts(Tx& tx, std::vector<Issue> issues) {
  const std::vector<Counts> counts = TRY(CountAttachments(tx, issues));
  std::vector<ListedIssue> listed;
  listed.reserve(issues.size());
  for (size_t i = 0; i < issues.size(); ++i) {
    listed.push_back(
        {std::move(issues[i]), counts[i].dependencies, counts[i].dependents, counts[i].comments, {}, {}});
  }
  return listed;
}

Status AddBlocking(Tx& tx, std::vector<ListedIssue>& issues) {
  for (ListedIssue& listed : issues) {
    for (const Dependency& edge : listed.issue.dependencies) {
      // What does not exist holds up nobody.
      if (EdgeAffectsReady(edge.type) &&
          (IsExternalReference(edge.depends_on_id) || TRY(IssueExists(tx, edge.depends_on_id)))) {
        listed.blocked_by.push_back(edge.depends_on_id);
      }
    }
    if (listed.dependent_count == 0) continue;
    for (const Dependency& edge : TRY(EdgesTo(tx, listed.issue.id))) {
      if (EdgeAffectsReady(edge.type) && edge.type != edge::kParentChild)
        listed.blocks.push_back(edge.issue_id);
    }
  }
  return Ok();
}

void LinkedRecord::PrintJson(JsonWriter& out) const {
  out.BeginObject();
  WriteIssueMembers(out, issue, shape::Linked());
  out.Key("dependency_type");
  out.String(dependency_type);
  out.EndObject();
}

void PrintLinked(JsonWriter& out, const std::vector<LinkedRecord>& records) {
  out.BeginArray();
  for (const LinkedRecord& record : records) record.PrintJson(out);
  out.EndArray();
}

std::vector<LinkedRecord> ToRecords(std::vector<LinkedIssue> linked) {
  std::vector<LinkedRecord> records;
  for (LinkedIssue& link : linked) records.push_back({std::move(link.issue), std::move(link.type)});
  return records;
}

// --- Lines

namespace {

std::string AssigneeAndLabels(const Issue& issue) {
  std::string text;
  if (!issue.assignee.empty()) text += Cat(" @", issue.assignee);
  if (!issue.labels.empty()) text += Cat(" [", Join(issue.labels, " "), "]");
  return text;
}

std::string Blocking(const ListedIssue& listed) {
  std::string text;
  if (!listed.blocked_by.empty()) text += "blocked by: " + Join(listed.blocked_by, ", ");
  if (!listed.blocks.empty()) text += Cat(text.empty() ? "" : ", ", "blocks: ", Join(listed.blocks, ", "));
  return text.empty() ? "" : Cat(" (", text, ")");
}

}  // namespace

std::string ListLine(const Output& out, const ListedIssue& listed) {
  const Issue& issue = listed.issue;
  if (out.terminal().agent) return Cat(issue.id, ": ", issue.title, Blocking(listed));
  const bool closed = issue.IsClosed();
  const std::string before = Cat(issue.pinned ? "📌 " : "", issue.id);
  const std::string mark = closed ? Cat("P", issue.priority) : PriorityMark(issue.priority);
  const std::string behind = Cat(" [", issue.issue_type, "]", AssigneeAndLabels(issue), " - ");
  const int used = DisplayWidth(Cat("○ ", before, " [", mark, "]", behind));
  const std::string rest = out.Fit(issue.title + Blocking(listed), used);
  if (closed) return out.Styled(Style::kDim, Cat("✓ ", before, " [", mark, "]", behind, rest));
  return Cat(StyledStatusIcon(out, issue.status), " ", out.Styled(Style::kId, before), " [",
             StyledPriority(out, issue.priority), "]", behind, rest);
}

std::string SearchLine(const Output& out, const Issue& issue) {
  const std::string head = Cat(issue.id, " [P", issue.priority, "] [", issue.issue_type, "] ", issue.status,
                               AssigneeAndLabels(issue), " - ");
  return Cat(out.Styled(Style::kId, issue.id), head.substr(issue.id.size()),
             out.Fit(issue.title, DisplayWidth(head)));
}

void PrintLong(Output& out, const Issue& issue, bool with_dot) {
  out.Line(Cat(out.Styled(Style::kId, issue.id), " [",
               with_dot ? StyledPriority(out, issue.priority) : Cat("P", issue.priority), "] [",
               issue.issue_type, "] ", issue.status));
  out.Line("  " + issue.title);
  if (!issue.assignee.empty()) out.Line("  Assignee: " + issue.assignee);
  if (!issue.labels.empty()) out.Line(Cat("  Labels: [", Join(issue.labels, " "), "]"));
  out.Line();
}

std::string ShortLine(const Output& out, const Issue& issue) {
  const bool closed = issue.IsClosed();
  std::string type;
  if (closed) {
    type = issue.issue_type + " ";
  } else if (issue.issue_type == "bug" || issue.issue_type == "epic") {
    type = Cat("[", issue.issue_type, "] ");
  }
  const int used = DisplayWidth(Cat("○ ", issue.id, " ● P2 ", type));
  return Cat(StyledStatusIcon(out, issue.status), " ",
             out.Styled(closed ? Style::kDim : Style::kId, issue.id), " ",
             StyledPriority(out, issue.priority), " ", type, out.Fit(issue.title, used));
}

// --- Tree

namespace {

class TreePrinter {
 public:
  TreePrinter(Output& out, const std::vector<ListedIssue>& issues) : out_(out) {
    for (const ListedIssue& listed : issues) by_id_[listed.issue.id] = &listed;
    for (const ListedIssue& listed : issues) {
      std::vector<const ListedIssue*> above = ParentsOf(listed);
      if (above.empty()) roots_.push_back(&listed);
      for (const ListedIssue* parent : above) children_[parent->issue.id].push_back(&listed);
    }
    for (auto& [id, list] : children_) Sort(list);
    Sort(roots_);
  }

  void Print() {
    for (const ListedIssue* root : roots_) {
      out_.Line(ShortLine(out_, root->issue));
      PrintChildren(*root, "");
    }
    // Issues in a circle of parents have no root.
    for (const auto& [id, listed] : by_id_) {
      if (!printed_.contains(id) && !IsRoot(listed)) out_.Line(ShortLine(out_, listed->issue));
    }
  }

 private:
  static void Sort(std::vector<const ListedIssue*>& list) {
    std::stable_sort(list.begin(), list.end(), [](const ListedIssue* a, const ListedIssue* b) {
      return std::tie(a->issue.priority, a->issue.id) < std::tie(b->issue.priority, b->issue.id);
    });
  }
  bool IsRoot(const ListedIssue* listed) const {
    return std::find(roots_.begin(), roots_.end(), listed) != roots_.end();
  }

  // What an issue is drawn under: its parent, and an epic that it waits for.
  std::vector<const ListedIssue*> ParentsOf(const ListedIssue& listed) {
    std::vector<const ListedIssue*> parents;
    auto add = [&](std::string_view id, bool epics_only) {
      auto found = by_id_.find(id);
      if (found == by_id_.end() || found->second == &listed) return;
      if (epics_only && found->second->issue.issue_type != "epic") return;
      if (std::find(parents.begin(), parents.end(), found->second) == parents.end())
        parents.push_back(found->second);
    };
    for (const Dependency& edge : listed.issue.dependencies) {
      if (edge.type == edge::kParentChild) add(edge.depends_on_id, false);
      if (edge.type == edge::kBlocks) add(edge.depends_on_id, true);
    }
    const std::string_view id = listed.issue.id;
    if (size_t dot = id.find_last_of('.'); parents.empty() && dot != std::string_view::npos)
      add(id.substr(0, dot), false);
    return parents;
  }

  void PrintChildren(const ListedIssue& parent, const std::string& indent) {
    if (!printed_.insert(parent.issue.id).second) return;
    auto found = children_.find(parent.issue.id);
    if (found == children_.end()) return;
    for (const ListedIssue* child : found->second) {
      const bool last = child == found->second.back();
      out_.Line(Cat(indent, last ? "└── " : "├── ", ShortLine(out_, child->issue)));
      PrintChildren(*child, Cat(indent, last ? "    " : "│   "));
    }
  }

  Output& out_;
  std::map<std::string_view, const ListedIssue*> by_id_;
  std::map<std::string_view, std::vector<const ListedIssue*>> children_;
  std::vector<const ListedIssue*> roots_;
  std::set<std::string_view> printed_;
};

}  // namespace

void PrintTree(Output& out, const std::vector<ListedIssue>& issues) {
  if (issues.empty()) {
    out.Line("No issues found.");
    return;
  }
  TreePrinter(out, issues).Print();
  auto count = [&issues](std::string_view status) {
    return std::count_if(issues.begin(), issues.end(),
                         [&](const ListedIssue& l) { return l.issue.status == status; });
  };
  out.Line();
  out.Line(std::string(80, '-'));
  out.Line(Cat("Total: ", issues.size(), " issues (", count(status::kOpen), " open, ",
               count(status::kInProgress), " in progress)"));
  out.Line();
  out.Line("Status: ○ open  ◐ in_progress  ● blocked  ✓ closed  ❄ deferred");
}

}  // namespace bd
