#include "engine/storage/bulk.h"

#include "engine/base/hash.h"
#include "engine/storage/attachments.h"
#include "engine/storage/dirty.h"
#include "engine/storage/issues.h"
#include "engine/storage/schema.h"

namespace bd {

namespace {

// Ids come in any order, so that inserting and sorting touch pages everywhere. What sorting needs is kept in
// memory too (Db::Open): a larger cache gained nothing, and the import of 100,000 issues left its bound.
constexpr const char* kLargeCache = "PRAGMA cache_size = -16384";
constexpr const char* kUsualCache = "PRAGMA cache_size = -2000";

}  // namespace

Result<bool> IsEmptyStore(Tx& tx) {
  return TRY(QueryInt(tx.db(), "SELECT count(*) FROM (SELECT 1 FROM issues LIMIT 1)")) == 0;
}

Status BulkLoad::Begin() {
  TRY(tx_.db().Run(kLargeCache));
  return DropIndexesForLoad(tx_.db());
}

bool BulkLoad::IsNew(std::string_view id) { return ids_.insert(HashLine(id).low).second; }

Status BulkLoad::Insert(const Issue& issue) {
  TRY(InsertIssueRowUncounted(tx_, issue));
  for (const std::string& label : issue.labels) TRY(AddLabel(tx_, issue.id, label));
  for (const Dependency& edge : issue.dependencies) {
    if (edge.issue_id == issue.id) {
      TRY(InsertEdgeUnchecked(tx_, edge));
      continue;
    }
    Dependency own = edge;
    own.issue_id = issue.id;
    TRY(InsertEdgeUnchecked(tx_, own));
  }
  for (Comment comment : issue.comments) {
    comment.issue_id = issue.id;
    const int64_t file_id = comment.id;
    TRY(InsertComment(tx_, std::move(comment), file_id));
  }
  return Ok();
}

Status BulkLoad::Finish(const Facts& facts) {
  TRY(SortOutDangling(tx_));
  TRY(CountTopLevelAnew(tx_));
  TRY(tx_.db().Execute(
      "INSERT INTO events(issue_id, event_type, actor, created_at) SELECT id, 'created', ?, ? "
      "FROM issues WHERE id NOT IN (SELECT issue_id FROM events)",
      facts.actor, facts.now));
  if (facts.mark_new) TRY(MarkAllNew(tx_, facts.now));
  TRY(CreateIndexes(tx_.db()));
  return tx_.db().Run(kUsualCache);
}

}  // namespace bd
