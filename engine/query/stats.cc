#include "engine/query/stats.h"

#include "engine/base/text.h"
#include "engine/query/where.h"

namespace bd {

namespace {

constexpr std::string_view kUnclosed = "('open', 'in_progress', 'blocked', 'deferred', 'hooked')";

std::string HasOpenBlocker() {
  return Cat(
      "EXISTS (SELECT 1 FROM dependencies d JOIN issues b ON b.id = d.depends_on_id "
      "WHERE d.issue_id = i.id AND d.type = 'blocks' AND b.status IN ",
      kUnclosed, ")");
}

}  // namespace

Result<Statistics> CountStatistics(Tx& tx, const std::optional<std::string>& assignee) {
  Where mine;
  if (assignee) mine.And("i.assignee = ?", *assignee);
  Statistics s;
  {
    Statement rows = TRY(
        tx.db().Prepare(Cat("SELECT i.status, count(*) FROM issues i", mine.text(), " GROUP BY i.status")));
    mine.Bind(rows);
    while (TRY(rows.Step())) {
      const std::string name = rows.Text(0);
      const int64_t count = rows.Int(1);
      if (name == "tombstone") {
        s.tombstone_issues = count;
        continue;
      }
      s.total_issues += count;
      if (name == "open") s.open_issues = count;
      if (name == "in_progress") s.in_progress_issues = count;
      if (name == "closed") s.closed_issues = count;
      if (name == "deferred") s.deferred_issues = count;
    }
  }
  auto count = [&](std::string_view condition) -> Result<int64_t> {
    Where where = mine;
    where.And(condition);
    Statement row = TRY(tx.db().Prepare(Cat("SELECT count(*) FROM issues i", where.text())));
    where.Bind(row);
    TRY(row.Step());
    return row.Int(0);
  };
  s.pinned_issues = TRY(count("(i.pinned = 1 OR i.status = 'pinned') AND i.status <> 'tombstone'"));
  s.blocked_issues = TRY(count(Cat("i.status IN ", kUnclosed, " AND ", HasOpenBlocker())));
  const int64_t open_blocked = TRY(count(Cat("i.status = 'open' AND ", HasOpenBlocker())));
  s.ready_issues = s.open_issues - open_blocked;
  if (assignee) return s;
  s.epics_eligible_for_closure = static_cast<int64_t>(TRY(EpicProgresses(tx, true)).size());
  Statement row = TRY(tx.db().Prepare(
      "SELECT coalesce(avg((julianday(closed_at) - julianday(created_at)) * 24), 0) FROM issues "
      "WHERE closed_at IS NOT NULL AND status = 'closed'"));
  TRY(row.Step());
  s.average_lead_time_hours = row.Double(0);
  return s;
}

Result<std::vector<Issue>> StaleIssues(Tx& tx, const StaleFilter& filter) {
  Where where;
  where.And("i.status NOT IN ('closed', 'tombstone') AND coalesce(i.ephemeral, 0) = 0");
  where.And("julianday(i.updated_at) < julianday(?)", filter.before);
  if (filter.status) where.And("i.status = ?", *filter.status);
  Statement rows = TRY(tx.db().Prepare(Cat("SELECT ", IssueColumns(), " FROM issues i", where.text(),
                                           " ORDER BY julianday(i.updated_at), i.id LIMIT ?")));
  const int next = where.Bind(rows);
  rows.BindInt(next, filter.limit > 0 ? filter.limit : -1);
  std::vector<Issue> issues;
  while (TRY(rows.Step())) issues.push_back(TRY(ReadIssueRow(rows)));
  return issues;
}

Result<std::vector<EpicProgress>> EpicProgresses(Tx& tx, bool eligible_only) {
  Statement rows = TRY(tx.db().Prepare(
      Cat("SELECT ", IssueColumns(),
          ", (SELECT count(*) FROM dependencies d JOIN issues c ON c.id = d.issue_id "
          "WHERE d.depends_on_id = i.id AND d.type = 'parent-child'), "
          "(SELECT count(*) FROM dependencies d JOIN issues c ON c.id = d.issue_id "
          "WHERE d.depends_on_id = i.id AND d.type = 'parent-child' AND c.status IN ('closed', 'tombstone')) "
          "FROM issues i WHERE i.issue_type = 'epic' AND i.status <> 'closed' AND i.status <> 'tombstone' "
          "ORDER BY i.priority, julianday(i.created_at), i.created_at, i.id")));
  std::vector<EpicProgress> epics;
  while (TRY(rows.Step())) {
    EpicProgress progress{TRY(ReadIssueRow(rows)), rows.Int(IssueColumnCount()),
                          rows.Int(IssueColumnCount() + 1)};
    if (!eligible_only || progress.eligible()) epics.push_back(std::move(progress));
  }
  return epics;
}

Result<std::vector<LabelCount>> LabelCounts(Tx& tx) {
  Statement rows =
      TRY(tx.db().Prepare("SELECT l.label, count(*) FROM labels l JOIN issues i ON i.id = l.issue_id "
                          "WHERE i.status <> 'tombstone' GROUP BY l.label ORDER BY l.label"));
  std::vector<LabelCount> counts;
  while (TRY(rows.Step())) counts.push_back({rows.Text(0), rows.Int(1)});
  return counts;
}

}  // namespace bd
