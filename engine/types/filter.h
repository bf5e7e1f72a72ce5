// What a reader asks for: conditions that must all hold. Absent means: no condition.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/fields.h"
#include "engine/base/time.h"

namespace bd {

struct TimeRange {
  std::optional<Time> after;   // strictly later
  std::optional<Time> before;  // strictly earlier

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("after", self.after, kOmitEmpty);
    visit("before", self.before, kOmitEmpty);
  }
};

struct IssueFilter {
  std::optional<std::string> status;
  bool exclude_closed = false;
  bool include_tombstones = false;
  bool exclude_templates = false;
  bool exclude_gates = false;
  std::optional<std::string> type;
  std::optional<std::string> assignee;
  bool no_assignee = false;
  std::optional<int64_t> priority, priority_min, priority_max;
  std::vector<std::string> labels_all, labels_any;
  bool no_labels = false;
  std::string label_pattern;  // glob
  std::string label_regex;
  std::string title, title_contains, description_contains, notes_contains;  // ASCII case-insensitive
  std::string text;  // title, description or id contains it
  bool empty_description = false;
  TimeRange created, updated, closed, due, defer;
  bool deferred = false;  // has a defer_until
  bool overdue = false;   // due before `now`, not closed
  Time now;
  std::vector<std::string> ids;
  std::optional<std::string> parent;  // direct children by parent-child edge
  std::string spec_prefix;
  std::optional<bool> pinned;
  std::string mol_type, wisp_type;
  std::optional<bool> ephemeral;
  std::vector<std::string> exclude_statuses, exclude_types;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("status", self.status, kOmitEmpty);
    visit("exclude_closed", self.exclude_closed, kOmitEmpty);
    visit("include_tombstones", self.include_tombstones, kOmitEmpty);
    visit("exclude_templates", self.exclude_templates, kOmitEmpty);
    visit("exclude_gates", self.exclude_gates, kOmitEmpty);
    visit("type", self.type, kOmitEmpty);
    visit("assignee", self.assignee, kOmitEmpty);
    visit("no_assignee", self.no_assignee, kOmitEmpty);
    visit("priority", self.priority, kOmitEmpty);
    visit("priority_min", self.priority_min, kOmitEmpty);
    visit("priority_max", self.priority_max, kOmitEmpty);
    visit("labels_all", self.labels_all, kOmitEmpty);
    visit("labels_any", self.labels_any, kOmitEmpty);
    visit("no_labels", self.no_labels, kOmitEmpty);
    visit("label_pattern", self.label_pattern, kOmitEmpty);
    visit("label_regex", self.label_regex, kOmitEmpty);
    visit("title", self.title, kOmitEmpty);
    visit("title_contains", self.title_contains, kOmitEmpty);
    visit("description_contains", self.description_contains, kOmitEmpty);
    visit("notes_contains", self.notes_contains, kOmitEmpty);
    visit("text", self.text, kOmitEmpty);
    visit("empty_description", self.empty_description, kOmitEmpty);
    visit("created", self.created);
    visit("updated", self.updated);
    visit("closed", self.closed);
    visit("due", self.due);
    visit("defer", self.defer);
    visit("deferred", self.deferred, kOmitEmpty);
    visit("overdue", self.overdue, kOmitEmpty);
    visit("now", self.now);
    visit("ids", self.ids, kOmitEmpty);
    visit("parent", self.parent, kOmitEmpty);
    visit("spec_prefix", self.spec_prefix, kOmitEmpty);
    visit("pinned", self.pinned, kOmitEmpty);
    visit("mol_type", self.mol_type, kOmitEmpty);
    visit("wisp_type", self.wisp_type, kOmitEmpty);
    visit("ephemeral", self.ephemeral, kOmitEmpty);
    visit("exclude_statuses", self.exclude_statuses, kOmitEmpty);
    visit("exclude_types", self.exclude_types, kOmitEmpty);
  }
};

struct ListOptions {
  // priority, created, updated, closed, status, id, title, type, assignee; the times newest first. Any
  // other word: by priority, then newest first, which also orders what is equal.
  std::string order;
  bool reverse = false;
  int64_t limit = 0;  // 0: no limit; cut after sorting

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("order", self.order, kOmitEmpty);
    visit("reverse", self.reverse, kOmitEmpty);
    visit("limit", self.limit, kOmitEmpty);
  }
};

}  // namespace bd
