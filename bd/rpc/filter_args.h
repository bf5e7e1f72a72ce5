// The filter of list and count.
#pragma once

#include <string>
#include <vector>

#include "bd/rpc/operation.h"
#include "engine/query/list.h"

namespace bd {

struct FilterArgs {
  std::string query, status, issue_type, assignee, label, label_pattern, label_regex, spec_id_prefix,
      title_contains, description_contains, notes_contains, created_after, created_before, updated_after,
      updated_before, closed_after, closed_before, parent_id, mol_type, wisp_type, defer_after, defer_before,
      due_after, due_before;
  std::vector<std::string> labels, labels_any, ids, exclude_status, exclude_types;
  std::optional<int64_t> priority, priority_min, priority_max;
  std::optional<bool> pinned, ephemeral;
  bool empty_description = false, no_assignee = false, unassigned = false, no_labels = false,
       include_templates = false, deferred = false, overdue = false;
  int64_t limit = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("query", self.query);
    visit("status", self.status);
    visit("issue_type", self.issue_type);
    visit("assignee", self.assignee);
    visit("label", self.label);
    visit("label_pattern", self.label_pattern);
    visit("label_regex", self.label_regex);
    visit("spec_id_prefix", self.spec_id_prefix);
    visit("title_contains", self.title_contains);
    visit("description_contains", self.description_contains);
    visit("notes_contains", self.notes_contains);
    visit("created_after", self.created_after);
    visit("created_before", self.created_before);
    visit("updated_after", self.updated_after);
    visit("updated_before", self.updated_before);
    visit("closed_after", self.closed_after);
    visit("closed_before", self.closed_before);
    visit("parent_id", self.parent_id);
    visit("mol_type", self.mol_type);
    visit("wisp_type", self.wisp_type);
    visit("defer_after", self.defer_after);
    visit("defer_before", self.defer_before);
    visit("due_after", self.due_after);
    visit("due_before", self.due_before);
    visit("labels", self.labels);
    visit("labels_any", self.labels_any);
    visit("ids", self.ids);
    visit("exclude_status", self.exclude_status);
    visit("exclude_types", self.exclude_types);
    visit("priority", self.priority);
    visit("priority_min", self.priority_min);
    visit("priority_max", self.priority_max);
    visit("pinned", self.pinned);
    visit("ephemeral", self.ephemeral);
    visit("empty_description", self.empty_description);
    visit("no_assignee", self.no_assignee);
    visit("unassigned", self.unassigned);
    visit("no_labels", self.no_labels);
    visit("include_templates", self.include_templates);
    visit("deferred", self.deferred);
    visit("overdue", self.overdue);
    visit("limit", self.limit);
  }
};

Result<IssueFilter> ToFilter(const FilterArgs& args, const Time& now);

}  // namespace bd
