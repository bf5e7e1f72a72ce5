#include "engine/query/list.h"

#include <regex>

#include "engine/base/text.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace {

constexpr std::string_view kDefaultOrder =
    "i.priority, julianday(i.created_at) DESC, i.created_at DESC, i.id";

void AndRange(Where& where, std::string_view column, const TimeRange& range) {
  if (range.after) where.And(Cat("julianday(", column, ") > julianday(?)"), *range.after);
  if (range.before) where.And(Cat("julianday(", column, ") < julianday(?)"), *range.before);
}

void AndContains(Where& where, std::string_view column, const std::string& part) {
  if (!part.empty()) where.And(Cat("bd_contains(", column, ", ?)"), part);
}

// Labels that the expression matches somewhere. The library throws on bad expressions.
Result<std::vector<std::string>> LabelsMatching(Tx& tx, const std::string& expression) {
  std::vector<std::string> matching;
  try {
    const std::regex regex(expression, std::regex::ECMAScript);
    for (std::string& label : TRY(QueryTexts(tx.db(), "SELECT DISTINCT label FROM labels"))) {
      if (std::regex_search(label, regex)) matching.push_back(std::move(label));
    }
  } catch (const std::regex_error&) {
    return Invalid(Cat("failed to filter by label regex: invalid regex pattern ", Quote(expression)));
  }
  return matching;
}

Status AndLabels(Tx& tx, Where& where, const IssueFilter& filter) {
  constexpr std::string_view kHas = "i.id IN (SELECT issue_id FROM labels WHERE label";
  for (const std::string& label : filter.labels_all) where.And(Cat(kHas, " = ?)"), label);
  if (!filter.labels_any.empty()) where.AndIn(kHas, filter.labels_any, ")");
  if (!filter.label_pattern.empty()) where.And(Cat(kHas, " GLOB ?)"), filter.label_pattern);
  if (!filter.label_regex.empty()) {
    where.AndIn(kHas, TRY(LabelsMatching(tx, filter.label_regex)), ")");
  }
  if (filter.no_labels) where.And("i.id NOT IN (SELECT issue_id FROM labels)");
  return Ok();
}

void AndStatus(Where& where, const IssueFilter& filter) {
  if (filter.status) where.And("i.status = ?", *filter.status);
  // Written like this the conditions also select the indexes over what is active.
  if (filter.exclude_closed) where.And("i.status <> 'closed'");
  if (!filter.include_tombstones && filter.status != status::kTombstone) where.And("i.status <> 'tombstone'");
  if (filter.exclude_templates) where.And("(i.is_template = 0 OR i.is_template IS NULL)");
  if (filter.exclude_gates) where.And("i.issue_type <> 'gate'");
  // A pinned issue has the status, or (made by other programs) the flag.
  if (filter.pinned == true) where.And("(i.pinned = 1 OR i.status = 'pinned')");
  if (filter.pinned == false) where.And("coalesce(i.pinned, 0) = 0 AND i.status <> 'pinned'");
}

struct SortKey {
  std::string_view name, expression;
  bool newest_first = false;
};
constexpr SortKey kSortKeys[] = {
    {"priority", "i.priority"},
    {"created", "julianday(i.created_at)", true},
    {"updated", "julianday(i.updated_at)", true},
    {"closed", "julianday(i.closed_at)", true},
    {"status", "i.status"},
    {"id", "i.id"},
    {"title", "lower(i.title)"},
    {"type", "i.issue_type"},
    {"assignee", "coalesce(i.assignee, '')"},
};

std::string OrderBy(const ListOptions& options) {
  for (const SortKey& key : kSortKeys) {
    if (key.name != options.order) continue;
    return Cat(key.expression, key.newest_first != options.reverse ? " DESC, " : ", ", kDefaultOrder);
  }
  return std::string(kDefaultOrder);
}

}  // namespace

Result<Where> FilterConditions(Tx& tx, const IssueFilter& filter) {
  Where where;
  AndStatus(where, filter);
  if (filter.type) where.And("i.issue_type = ?", *filter.type);
  if (filter.assignee) where.And("i.assignee = ?", *filter.assignee);
  if (filter.no_assignee) where.And("(i.assignee IS NULL OR i.assignee = '')");
  if (filter.priority) where.And("i.priority = ?", *filter.priority);
  if (filter.priority_min) where.And("i.priority >= ?", *filter.priority_min);
  if (filter.priority_max) where.And("i.priority <= ?", *filter.priority_max);
  TRY(AndLabels(tx, where, filter));
  AndContains(where, "i.title", filter.title);
  AndContains(where, "i.title", filter.title_contains);
  AndContains(where, "i.description", filter.description_contains);
  AndContains(where, "i.notes", filter.notes_contains);
  if (!filter.text.empty()) {
    where.And("(bd_contains(i.title, ?) OR bd_contains(i.description, ?) OR bd_contains(i.id, ?))",
              filter.text, filter.text, filter.text);
  }
  if (filter.empty_description) where.And("i.description = ''");
  AndRange(where, "i.created_at", filter.created);
  AndRange(where, "i.updated_at", filter.updated);
  AndRange(where, "i.closed_at", filter.closed);
  AndRange(where, "i.due_at", filter.due);
  AndRange(where, "i.defer_until", filter.defer);
  if (filter.deferred) where.And("i.defer_until IS NOT NULL");
  if (filter.overdue) {
    where.And("i.status <> 'closed' AND julianday(i.due_at) < julianday(?)", filter.now);
  }
  if (!filter.ids.empty()) where.AndIn("i.id", filter.ids);
  if (filter.parent) {
    where.And("i.id IN (SELECT issue_id FROM dependencies WHERE type = 'parent-child' AND depends_on_id = ?)",
              *filter.parent);
  }
  if (!filter.spec_prefix.empty()) {
    where.And("substr(i.spec_id, 1, length(?)) = ?", filter.spec_prefix, filter.spec_prefix);
  }
  if (!filter.mol_type.empty()) where.And("i.mol_type = ?", filter.mol_type);
  if (!filter.wisp_type.empty()) where.And("i.wisp_type = ?", filter.wisp_type);
  if (filter.ephemeral) where.And("coalesce(i.ephemeral, 0) = ?", int64_t{*filter.ephemeral});
  for (const std::string& status : filter.exclude_statuses) where.And("i.status <> ?", status);
  for (const std::string& type : filter.exclude_types) where.And("i.issue_type <> ?", type);
  return where;
}

Result<std::vector<Issue>> ListIssues(Tx& tx, const IssueFilter& filter, const ListOptions& options,
                                      Details details) {
  const Where where = TRY(FilterConditions(tx, filter));
  std::vector<Issue> issues;
  {
    Statement rows = TRY(tx.db().Prepare(Cat("SELECT ", IssueColumns(), " FROM issues i", where.text(),
                                             " ORDER BY ", OrderBy(options), " LIMIT ?")));
    const int next = where.Bind(rows);
    rows.BindInt(next, options.limit > 0 ? options.limit : -1);
    while (TRY(rows.Step())) issues.push_back(TRY(ReadIssueRow(rows)));
  }
  TRY(LoadDetails(tx, issues, details));
  return issues;
}

Result<int64_t> CountIssues(Tx& tx, const IssueFilter& filter) {
  const Where where = TRY(FilterConditions(tx, filter));
  Statement row = TRY(tx.db().Prepare(Cat("SELECT count(*) FROM issues i", where.text())));
  where.Bind(row);
  TRY(row.Step());
  return row.Int(0);
}

Result<std::map<std::string, int64_t>> CountGroups(Tx& tx, const IssueFilter& filter, GroupBy group) {
  const Where where = TRY(FilterConditions(tx, filter));
  std::string_view key, join;
  switch (group) {
    case GroupBy::kStatus: key = "i.status"; break;
    case GroupBy::kPriority: key = "'P' || i.priority"; break;
    case GroupBy::kType: key = "i.issue_type"; break;
    case GroupBy::kAssignee: key = "coalesce(nullif(i.assignee, ''), '(unassigned)')"; break;
    case GroupBy::kLabel:
      key = "coalesce(l.label, '(no labels)')";
      join = " LEFT JOIN labels l ON l.issue_id = i.id";
      break;
  }
  Statement rows = TRY(
      tx.db().Prepare(Cat("SELECT ", key, ", count(*) FROM issues i", join, where.text(), " GROUP BY 1")));
  where.Bind(rows);
  std::map<std::string, int64_t> groups;
  while (TRY(rows.Step())) groups[rows.Text(0)] = rows.Int(1);
  return groups;
}

Result<std::vector<Counts>> CountAttachments(Tx& tx, const std::vector<Issue>& issues) {
  std::vector<Counts> all;
  all.reserve(issues.size());
  for (const Issue& issue : issues) {
    Statement row =
        TRY(tx.db().Prepare("SELECT (SELECT count(*) FROM dependencies WHERE issue_id = ?1) + "
                            "(SELECT count(*) FROM bd_dangling WHERE issue_id = ?1), "
                            "(SELECT count(*) FROM dependencies WHERE depends_on_id = ?1), "
                            "(SELECT count(*) FROM comments WHERE issue_id = ?1)"));
    row.Bind(issue.id);
    TRY(row.Step());
    all.push_back({row.Int(0), row.Int(1), row.Int(2)});
  }
  return all;
}

}  // namespace bd
