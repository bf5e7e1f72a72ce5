// Issues as commands show them: the forms of JSON, and the lines of text.
#pragma once

#include <string>
#include <vector>

#include "bd/output.h"
#include "engine/base/fields.h"
#include "engine/query/graph.h"
#include "engine/query/list.h"
#include "engine/types/issue.h"
#include "engine/types/issue_fields.h"
#include "engine/types/issue_json.h"

namespace bd {

// Which members an output leaves out. The reference loads different columns for different queries, and
// clients compare; docs/formats/json-output.md has the table.
namespace shape {
FieldSet Plain();    // labels, but no edges and comments: update, close, reopen, ...
FieldSet Created();  // no labels either
FieldSet Listed();   // labels and edges: list
FieldSet Details();  // no labels, edges, comments: show writes them in its own way
FieldSet Linked();   // the issues at the other ends of edges
FieldSet Blocked();
FieldSet Stale();
FieldSet Node();  // trees and epics
}  // namespace shape

// An array of issues, each without these members.
void PrintIssues(JsonWriter& out, const std::vector<Issue>& issues, const FieldSet& without);

// What `list` and its kin show of an issue.
struct ListedIssue {
  Issue issue;
  int64_t dependency_count = 0, dependent_count = 0, comment_count = 0;
  std::vector<std::string> blocked_by, blocks;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issue", self.issue);
    visit("dependency_count", self.dependency_count);
    visit("dependent_count", self.dependent_count);
    visit("comment_count", self.comment_count);
    visit("blocked_by", self.blocked_by, kOmitEmpty);
    visit("blocks", self.blocks, kOmitEmpty);
  }
  // The issue's members and the three counts; PrintJson makes them one object.
  void PrintMembers(JsonWriter& out, const FieldSet& without) const;
  void PrintJson(JsonWriter& out, const FieldSet& without) const;
};

void PrintListed(JsonWriter& out, const std::vector<ListedIssue>& issues, const FieldSet& without);
// Adds counts to issues.
Result<std::vector<ListedIssue>> WithCounts(Tx& tx, std::vector<Issue> issues);
// Adds what blocks each, and what each blocks.
Status AddBlocking(Tx& tx, std::vector<ListedIssue>& issues);

struct LinkedRecord {
  Issue issue;
  std::string dependency_type;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issue", self.issue);
    visit("dependency_type", self.dependency_type);
  }
  void PrintJson(JsonWriter& out) const;
};
void PrintLinked(JsonWriter& out, const std::vector<LinkedRecord>& records);
std::vector<LinkedRecord> ToRecords(std::vector<LinkedIssue> linked);

// "○ ID [● P2] [task] @who [a b] - Title (blocked by: X, blocks: Y)"
std::string ListLine(const Output& out, const ListedIssue& listed);
// "ID [P2] [task] open @who [a b] - Title"
std::string SearchLine(const Output& out, const Issue& issue);
// "ID [P2] [task] open", title, assignee and labels below; `mark` as "● P2" or "P2"
void PrintLong(Output& out, const Issue& issue, bool with_dot);
// "○ ID ● P2 [bug] Title"; closed: "✓ ID ● P2 bug Title"
std::string ShortLine(const Output& out, const Issue& issue);
// Issues below their parents, with a summary.
void PrintTree(Output& out, const std::vector<ListedIssue>& issues);

}  // namespace bd
