// Issues and edges for tests about questions: a few words make one.
#pragma once

#include <string>
#include <utility>

#include "engine/edit/create.h"
#include "engine/storage/attachments.h"
#include "engine/storage/blocked.h"
#include "engine/storage/dirty.h"
#include "tests/support/workspace.h"

namespace bd {

// Open, of type task, priority 2, made on a fixed day.
inline Issue NamedIssue(const std::string& id, const std::string& title = "Title") {
  Issue issue;
  issue.id = id;
  issue.title = title;
  issue.status = "open";
  issue.issue_type = "task";
  issue.priority = 2;
  issue.created_at = issue.updated_at = *ParseTime("2024-01-01T00:00:00Z");
  return issue;
}

// A store with an open write transaction, in which questions are asked.
class QuestionTest {
 public:
  QuestionTest() : store_(MemoryStore()), tx_(Must(store_.BeginWrite())) {}

 protected:
  void Add(Issue issue) {
    Must(InsertIssueRow(tx_, issue));
    for (const std::string& label : issue.labels) Must(AddLabel(tx_, issue.id, label));
  }
  template <typename Change>
  void Add(const std::string& id, Change change) {
    Issue issue = NamedIssue(id, "Title of " + id);
    change(issue);
    Add(std::move(issue));
  }
  void Add(const std::string& id) { Add(NamedIssue(id, "Title of " + id)); }
  void Edge(const std::string& from, const std::string& to, const std::string& type = "blocks") {
    Dependency edge;
    edge.issue_id = from;
    edge.depends_on_id = to;
    edge.type = type;
    edge.created_at = *ParseTime("2024-01-01T00:00:00Z");
    edge.created_by = "tester";
    Must(InsertEdge(tx_, edge));
    Must(UpdateBlocked(tx_, {from, to}));
  }
  static std::string Ids(const std::vector<Issue>& issues) {
    std::string ids;
    for (const Issue& issue : issues) ids += Cat(ids.empty() ? "" : " ", issue.id);
    return ids;
  }
  Store store_;
  Tx tx_;
};

}  // namespace bd
