// Numbers about a workspace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/fields.h"
#include "engine/base/result.h"
#include "engine/storage/issues.h"

namespace bd {

struct Statistics {
  int64_t total_issues = 0;  // deleted ones do not count
  int64_t open_issues = 0, in_progress_issues = 0, closed_issues = 0;
  int64_t blocked_issues = 0;  // unclosed, with a `blocks` edge to an unclosed issue
  int64_t deferred_issues = 0;
  int64_t ready_issues = 0;  // open without such an edge
  int64_t tombstone_issues = 0, pinned_issues = 0;
  int64_t epics_eligible_for_closure = 0;
  double average_lead_time_hours = 0;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("total_issues", self.total_issues);
    visit("open_issues", self.open_issues);
    visit("in_progress_issues", self.in_progress_issues);
    visit("closed_issues", self.closed_issues);
    visit("blocked_issues", self.blocked_issues);
    visit("deferred_issues", self.deferred_issues);
    visit("ready_issues", self.ready_issues);
    visit("tombstone_issues", self.tombstone_issues);
    visit("pinned_issues", self.pinned_issues);
    visit("epics_eligible_for_closure", self.epics_eligible_for_closure);
    visit("average_lead_time_hours", self.average_lead_time_hours);
  }
};

// Of the whole workspace, or of what is assigned to one person.
Result<Statistics> CountStatistics(Tx& tx, const std::optional<std::string>& assignee);

// Unclosed issues that nobody has touched since `before`, the longest untouched first.
struct StaleFilter {
  Time before;
  std::optional<std::string> status;
  int64_t limit = 0;
};
Result<std::vector<Issue>> StaleIssues(Tx& tx, const StaleFilter& filter);

struct EpicProgress {
  Issue epic;
  int64_t children = 0, closed = 0;
  bool eligible() const { return children > 0 && children == closed; }
};
// Epics that are neither closed nor deleted; a deleted child counts as finished.
Result<std::vector<EpicProgress>> EpicProgresses(Tx& tx, bool eligible_only);

struct LabelCount {
  std::string label;
  int64_t count = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("label", self.label);
    visit("count", self.count);
  }
};
Result<std::vector<LabelCount>> LabelCounts(Tx& tx);

}  // namespace bd
