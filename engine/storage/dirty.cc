#include "engine/storage/dirty.h"

#include <algorithm>
#include <map>

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/storage/issues.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

// Later than the mark before, whatever the clock says.
Result<Time> NextMark(Tx& tx, std::string_view id, const Time& now) {
  const std::optional<DirtyMark> old = TRY(MarkOf(tx, id));
  std::optional<Time> time = old ? ParseTime(old->marked_at) : std::nullopt;
  return time ? std::max(now, time->Plus(1)) : now;
}

Status WriteMark(Tx& tx, std::string_view id, const Time& now) {
  tx.marked().insert(std::string(id));
  return tx.db().Execute(
      "INSERT INTO dirty_issues(issue_id, marked_at) VALUES (?, ?) "
      "ON CONFLICT(issue_id) DO UPDATE SET marked_at = excluded.marked_at",
      id, TRY(NextMark(tx, id, now)));
}

Status ForgetBase(Tx& tx, std::string_view id) {
  TRY(tx.db().Execute("DELETE FROM bd_passed WHERE issue_id = ?", id));
  return tx.db().Execute("DELETE FROM bd_base WHERE issue_id = ?", id);
}

Status ForgetAllBases(Tx& tx) {
  TRY(tx.db().Run("DELETE FROM bd_passed"));
  return tx.db().Run("DELETE FROM bd_base");
}

Status SetBase(Tx& tx, std::string_view id, std::string_view line) {
  return tx.db().Execute("INSERT OR REPLACE INTO bd_base(issue_id, line) VALUES (?, ?)", id, line);
}

// The state of a dirty issue, before it is changed again. States within a transaction nobody else sees.
Status NotePassed(Tx& tx, std::string_view id) {
  if (tx.marked().contains(std::string(id))) return Ok();
  const std::optional<Issue> issue = TRY(FindIssue(tx, id));
  if (!issue || !TRY(IsExported(tx, *issue))) return Ok();
  return tx.db().Execute(
      "INSERT OR REPLACE INTO bd_passed(issue_id, marked_at, line) "
      "SELECT issue_id, marked_at, ?2 FROM dirty_issues WHERE issue_id = ?1",
      id, IssueLine(*issue));
}

// See 2 of dirty.h. What was not exported had no line.
Status AgreeOnPassed(Tx& tx, const DirtyMark& mark) {
  TRY(
      tx.db().Execute("INSERT OR REPLACE INTO bd_base(issue_id, line) "
                      "SELECT issue_id, line FROM bd_passed WHERE issue_id = ? AND marked_at = ?",
                      mark.issue_id, mark.marked_at));
  if (tx.db().Changes() > 0) MARK("publish.marked_again");
  return Ok();
}

}  // namespace

Result<bool> HasPassed(Tx& tx, std::string_view id, std::string_view line) {
  return TRY(QueryInt(tx.db(), "SELECT count(*) FROM bd_passed WHERE issue_id = ? AND line = ?", id, line)) !=
         0;
}

Status MarkDirty(Tx& tx, std::string_view id, const Time& now) {
  if (tx.marked().contains(std::string(id))) return Ok();
  if (!TRY(IsDirty(tx, id))) {
    // What another program left behind when it exported this issue is no base of anything.
    TRY(ForgetBase(tx, id));
    std::optional<Issue> issue = TRY(FindIssue(tx, id));
    if (issue && !TRY(IsExported(tx, *issue))) return Ok();
    if (issue) TRY(SetBase(tx, id, IssueLine(*issue)));
  } else {
    TRY(NotePassed(tx, id));
  }
  return WriteMark(tx, id, now);
}

Result<bool> IsExported(Tx& tx, const Issue& issue) {
  if (!issue.ephemeral) return true;
  return TRY(QueryInt(tx.db(), "SELECT count(*) FROM bd_shared_ephemeral WHERE issue_id = ?", issue.id)) > 0;
}

Status ShareEphemeral(Tx& tx, std::string_view id) {
  return tx.db().Execute("INSERT OR IGNORE INTO bd_shared_ephemeral(issue_id) VALUES (?)", id);
}

Status MarkNew(Tx& tx, std::string_view id, const Time& now) {
  TRY(ForgetBase(tx, id));
  return WriteMark(tx, id, now);
}

Status MarkDirtyWithBase(Tx& tx, std::string_view id, std::string_view base_line, const Time& now) {
  if (TRY(IsDirty(tx, id))) TRY(NotePassed(tx, id));
  TRY(SetBase(tx, id, base_line));
  return WriteMark(tx, id, now);
}

Result<std::vector<DirtyMark>> DirtyMarks(Tx& tx) {
  Statement rows = TRY(tx.db().Prepare("SELECT issue_id, marked_at FROM dirty_issues ORDER BY issue_id"));
  std::vector<DirtyMark> marks;
  while (TRY(rows.Step())) marks.push_back({rows.Text(0), rows.Text(1)});
  return marks;
}

Result<std::optional<DirtyMark>> MarkOf(Tx& tx, std::string_view id) {
  std::optional<std::string> marked_at =
      TRY(QueryText(tx.db(), "SELECT marked_at FROM dirty_issues WHERE issue_id = ?", id));
  if (!marked_at) return std::optional<DirtyMark>();
  return std::optional(DirtyMark{std::string(id), std::move(*marked_at)});
}

Status PutMark(Tx& tx, const DirtyMark& mark) {
  return tx.db().Execute("INSERT OR REPLACE INTO dirty_issues(issue_id, marked_at) VALUES (?, ?)",
                         mark.issue_id, mark.marked_at);
}

Result<int64_t> DirtyCount(Tx& tx) { return QueryInt(tx.db(), "SELECT count(*) FROM dirty_issues"); }

Result<int64_t> PendingCount(Tx& tx) {
  return QueryInt(tx.db(),
                  "SELECT count(*) FROM (SELECT issue_id FROM dirty_issues UNION "
                  "SELECT issue_id FROM bd_removed)");
}

Result<std::string> NewestMark(Tx& tx) {
  Statement row = TRY(tx.db().Prepare("SELECT coalesce(max(marked_at), '') FROM dirty_issues"));
  TRY(row.Step());
  return row.Text(0);
}

Result<bool> HasMarkUpTo(Tx& tx, std::string_view newest) {
  return TRY(QueryInt(tx.db(), "SELECT EXISTS (SELECT 1 FROM dirty_issues WHERE marked_at <= ?)", newest)) !=
         0;
}

Result<bool> IsDirty(Tx& tx, std::string_view id) {
  return TRY(QueryInt(tx.db(), "SELECT count(*) FROM dirty_issues WHERE issue_id = ?", id)) > 0;
}

Result<std::optional<std::string>> BaseLine(Tx& tx, std::string_view id) {
  return QueryText(tx.db(), "SELECT line FROM bd_base WHERE issue_id = ?", id);
}

namespace {

constexpr size_t kManyMarks = 64;

Result<int64_t> ClearOne(Tx& tx, const DirtyMark& mark) {
  TRY(tx.db().Execute("DELETE FROM dirty_issues WHERE issue_id = ? AND marked_at = ?", mark.issue_id,
                      mark.marked_at));
  if (tx.db().Changes() == 0) {
    TRY(AgreeOnPassed(tx, mark));
    return int64_t{0};
  }
  TRY(ForgetBase(tx, mark.issue_id));
  return int64_t{1};
}

// An import marks many at one moment. If these and no other marks have that moment they go together.
Result<bool> ClearMoment(Tx& tx, const std::string& moment, const std::vector<std::string>& ids) {
  const std::vector<std::string> present = TRY(
      QueryTexts(tx.db(), "SELECT issue_id FROM dirty_issues WHERE marked_at = ? ORDER BY issue_id", moment));
  if (present != ids) return false;
  if (TRY(DirtyCount(tx)) == static_cast<int64_t>(present.size())) {
    // Without a condition SQLite drops the pages, not row by row.
    TRY(ForgetAllBases(tx));
    TRY(tx.db().Run("DELETE FROM dirty_issues"));
    return true;
  }
  for (const char* table : {"bd_passed", "bd_base"}) {
    TRY(tx.db().Execute(Cat("DELETE FROM ", table,
                            " WHERE issue_id IN (SELECT issue_id FROM dirty_issues WHERE marked_at = ?)"),
                        moment));
  }
  TRY(tx.db().Execute("DELETE FROM dirty_issues WHERE marked_at = ?", moment));
  return true;
}

}  // namespace

Result<int64_t> ClearDirty(Tx& tx, const std::vector<DirtyMark>& marks) {
  std::map<std::string_view, std::vector<std::string>> moments;
  for (const DirtyMark& mark : marks) moments[mark.marked_at].push_back(mark.issue_id);
  int64_t cleared = 0;
  for (auto& [moment, ids] : moments) {
    std::sort(ids.begin(), ids.end());
    if (ids.size() < kManyMarks || !TRY(ClearMoment(tx, std::string(moment), ids))) continue;
    cleared += static_cast<int64_t>(ids.size());
    ids.clear();
  }
  for (const DirtyMark& mark : marks) {
    if (!moments[mark.marked_at].empty()) cleared += TRY(ClearOne(tx, mark));
  }
  return cleared;
}

Status MarkAllNew(Tx& tx, const Time& now) {
  TRY(ForgetAllBases(tx));
  return tx.db().Execute("INSERT OR IGNORE INTO dirty_issues(issue_id, marked_at) SELECT id, ? FROM issues",
                         now);
}

Status ForgetDirty(Tx& tx, std::string_view id) {
  TRY(tx.db().Execute("DELETE FROM dirty_issues WHERE issue_id = ?", id));
  return ForgetBase(tx, id);
}

Status MarkRemoved(Tx& tx, std::string_view id) {
  return tx.db().Execute("INSERT OR IGNORE INTO bd_removed(issue_id) VALUES (?)", id);
}

Result<std::vector<std::string>> RemovedIds(Tx& tx) {
  return QueryTexts(tx.db(), "SELECT issue_id FROM bd_removed ORDER BY issue_id");
}

Status ForgetRemoved(Tx& tx, std::string_view id) {
  return tx.db().Execute("DELETE FROM bd_removed WHERE issue_id = ?", id);
}

}  // namespace bd
