#include "engine/query/ready.h"

#include "engine/base/text.h"
#include "engine/query/where.h"
#include "engine/storage/blocked.h"
#include "engine/storage/settings.h"

namespace bd {

namespace {

constexpr int64_t kRecentSeconds = 48 * 3600;

// Everybody below an issue, in any depth. UNION drops repetitions, so circles end.
constexpr std::string_view kBelow =
    "i.id IN (WITH RECURSIVE below(id) AS (SELECT issue_id FROM dependencies WHERE type = 'parent-child' "
    "AND depends_on_id = ? UNION SELECT d.issue_id FROM dependencies d JOIN below ON "
    "d.depends_on_id = below.id WHERE d.type = 'parent-child') SELECT id FROM below)";

Result<Where> ReadyConditions(Tx& tx, const ReadyFilter& filter) {
  Where where;
  // The conditions on closed and deleted ones select the indexes over what is active.
  where.And("i.status <> 'closed' AND i.status <> 'tombstone'");
  if (filter.status.empty()) {
    where.And("i.status IN ('open', 'in_progress')");
  } else {
    where.And("i.status = ?", filter.status);
  }
  where.And("coalesce(i.pinned, 0) = 0 AND coalesce(i.ephemeral, 0) = 0");
  where.And("NOT EXISTS (SELECT 1 FROM blocked_issues_cache b WHERE b.issue_id = i.id)");
  if (filter.type) {
    where.And("i.issue_type = ?", *filter.type);
  } else {
    where.And("i.issue_type NOT IN ('merge-request', 'gate', 'molecule', 'message', 'agent', 'role', 'rig')");
    const auto patterns = TRY(GetConfig(tx, "ready.exclude_id_patterns")).value_or("-mol-,-wisp-");
    for (const std::string& pattern : SplitList(patterns)) where.And("instr(i.id, ?) = 0", pattern);
  }
  if (!filter.include_deferred) {
    where.And("(i.defer_until IS NULL OR julianday(i.defer_until) <= julianday(?))", filter.now);
  }
  if (filter.priority) where.And("i.priority = ?", *filter.priority);
  if (filter.assignee) where.And("i.assignee = ?", *filter.assignee);
  if (filter.unassigned) where.And("(i.assignee IS NULL OR i.assignee = '')");
  constexpr std::string_view kHas = "i.id IN (SELECT issue_id FROM labels WHERE label";
  for (const std::string& label : filter.labels_all) where.And(Cat(kHas, " = ?)"), label);
  if (!filter.labels_any.empty()) where.AndIn(kHas, filter.labels_any, ")");
  if (filter.parent) where.And(kBelow, *filter.parent);
  if (!filter.mol_type.empty()) where.And("i.mol_type = ?", filter.mol_type);
  return where;
}

Status Collect(Tx& tx, const Where& where, std::string_view order, int64_t limit, std::vector<Issue>& into) {
  if (limit > 0 && static_cast<int64_t>(into.size()) >= limit) return Ok();
  Statement rows = TRY(tx.db().Prepare(
      Cat("SELECT ", IssueColumns(), " FROM issues i", where.text(), " ORDER BY ", order, " LIMIT ?")));
  const int next = where.Bind(rows);
  rows.BindInt(next, limit > 0 ? limit - static_cast<int64_t>(into.size()) : -1);
  while (TRY(rows.Step())) into.push_back(TRY(ReadIssueRow(rows)));
  return Ok();
}

constexpr std::string_view kByAge = "julianday(i.created_at), i.created_at, i.id";
constexpr std::string_view kByPriority = "i.priority, julianday(i.created_at), i.created_at, i.id";

}  // namespace

Result<std::vector<Issue>> ReadyIssues(Tx& tx, const ReadyFilter& filter, Details details) {
  const Where where = TRY(ReadyConditions(tx, filter));
  std::vector<Issue> issues;
  switch (filter.order) {
    case ReadyOrder::kOldest: TRY(Collect(tx, where, kByAge, filter.limit, issues)); break;
    case ReadyOrder::kPriority: TRY(Collect(tx, where, kByPriority, filter.limit, issues)); break;
    case ReadyOrder::kHybrid: {
      const Time recent = filter.now.Plus(-kRecentSeconds * kNanosPerSecond);
      Where young = where, old = where;
      young.And("julianday(i.created_at) >= julianday(?)", recent);
      old.And("julianday(i.created_at) < julianday(?)", recent);
      TRY(Collect(tx, young, kByPriority, filter.limit, issues));
      TRY(Collect(tx, old, kByAge, filter.limit, issues));
      break;
    }
  }
  TRY(LoadDetails(tx, issues, details));
  return issues;
}

namespace {

// What holds up an issue that has no blocker of its own.
Result<std::vector<std::string>> HeldParents(Tx& tx, std::string_view id) {
  return QueryTexts(tx.db(),
                    "SELECT d.depends_on_id FROM dependencies d JOIN blocked_issues_cache b ON b.issue_id = "
                    "d.depends_on_id WHERE d.issue_id = ? AND d.type = 'parent-child' ORDER BY 1",
                    id);
}

}  // namespace

Result<std::vector<BlockedIssue>> BlockedIssues(Tx& tx, const std::optional<std::string>& parent) {
  Where where;
  where.And(
      "i.status IN ('open', 'in_progress', 'blocked', 'deferred', 'hooked') AND coalesce(i.pinned, 0) = 0");
  where.And(
      "(i.status IN ('blocked', 'deferred') OR i.id IN (SELECT issue_id FROM blocked_issues_cache) OR "
      "EXISTS (SELECT 1 FROM dependencies d WHERE d.issue_id = i.id AND d.type = 'blocks' AND "
      "d.depends_on_id LIKE 'external:%'))");
  if (parent) where.And(kBelow, *parent);
  std::vector<Issue> issues;
  TRY(Collect(tx, where, "i.priority, julianday(i.created_at), i.created_at, i.id", 0, issues));
  std::vector<BlockedIssue> blocked;
  for (Issue& issue : issues) {
    std::vector<std::string> blockers = TRY(DirectBlockers(tx, issue.id));
    if (blockers.empty()) blockers = TRY(HeldParents(tx, issue.id));
    blocked.push_back({std::move(issue), std::move(blockers)});
  }
  return blocked;
}

Result<std::vector<Issue>> NewlyUnblocked(Tx& tx, std::string_view closed) {
  Where where;
  where.And(
      "i.status = 'open' AND i.id IN (SELECT issue_id FROM dependencies WHERE type IN ('blocks', "
      "'conditional-blocks') AND depends_on_id = ?)",
      closed);
  where.And("NOT EXISTS (SELECT 1 FROM blocked_issues_cache b WHERE b.issue_id = i.id)");
  std::vector<Issue> issues;
  TRY(Collect(tx, where, kByPriority, 0, issues));
  return issues;
}

}  // namespace bd
