// A store of clean issues in which things are changed, and what a change left behind.
#pragma once

#include <string>
#include <vector>

#include "engine/storage/dirty.h"
#include "tests/support/issues.h"

namespace bd {

class EditingTest : public QuestionTest {
 protected:
  EditContext Context() { return EditAt(tx_, TestNow()); }
  std::string Dirty() {
    std::vector<std::string> ids;
    for (const DirtyMark& mark : Must(DirtyMarks(tx_))) ids.push_back(mark.issue_id);
    return Join(ids, " ");
  }
  std::string Blocked() {
    return Join(Must(QueryTexts(tx_.db(), "SELECT issue_id FROM blocked_issues_cache ORDER BY 1")), " ");
  }
  // TARGET (TYPE), in the order of the targets.
  std::string Edges(const std::string& from) {
    return Join(Must(QueryTexts(tx_.db(),
                                "SELECT depends_on_id || ' (' || type || ')' FROM dependencies "
                                "WHERE issue_id = ? ORDER BY 1",
                                from)),
                ", ");
  }
  // Kinds of events, the first one first.
  std::string Events(const std::string& id) {
    return Join(
        Must(QueryTexts(tx_.db(), "SELECT event_type FROM events WHERE issue_id = ? ORDER BY id", id)), " ");
  }
  Issue Find(const std::string& id) { return *Must(FindIssue(tx_, id)); }
};

}  // namespace bd
