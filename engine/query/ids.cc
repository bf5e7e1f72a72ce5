#include "engine/query/ids.h"

#include <algorithm>
#include <optional>

#include "engine/storage/sqlite.h"
#include "engine/types/id.h"

namespace bd {

Result<int64_t> CountLive(Tx& tx) {
  return QueryInt(tx.db(), "SELECT count(*) FROM issues WHERE status <> 'tombstone'");
}

Result<std::vector<std::string>> SampleIds(Tx& tx, int64_t limit) {
  return QueryTexts(tx.db(), "SELECT id FROM issues WHERE status <> 'tombstone' ORDER BY id LIMIT ?1", limit);
}

Result<int64_t> CountShared(Tx& tx) {
  return QueryInt(tx.db(),
                  "SELECT count(*) FROM issues WHERE ephemeral IS NOT 1 OR id IN (SELECT issue_id FROM "
                  "bd_shared_ephemeral)");
}

Result<std::vector<IdAndTitle>> IdsBeginningWith(Tx& tx, std::string_view beginning, int64_t limit) {
  Statement issues = TRY(tx.db().Prepare(
      "SELECT id, title FROM issues WHERE status <> 'tombstone' AND substr(id, 1, length(?1)) = ?1 "
      "ORDER BY status = 'closed', updated_at DESC LIMIT ?2"));
  issues.Bind(beginning, limit);
  std::vector<IdAndTitle> found;
  while (TRY(issues.Step())) found.push_back({std::string(issues.Text(0)), std::string(issues.Text(1))});
  return found;
}

Result<OddIds> FindOddIds(Tx& tx, const std::string& prefix) {
  OddIds odd;
  // Tombstones are parents too: a child of a deleted issue is no orphan.
  const std::vector<std::string> all = TRY(QueryTexts(tx.db(), "SELECT id FROM issues ORDER BY id"));
  for (const std::string& id :
       TRY(QueryTexts(tx.db(), "SELECT id FROM issues WHERE status <> 'tombstone' ORDER BY id"))) {
    if (PrefixOf(id) != prefix) odd.foreign.push_back(id);
    const std::optional<ChildId> child = SplitChildId(id);
    if (child && !std::binary_search(all.begin(), all.end(), child->parent)) odd.orphans.push_back(id);
  }
  return odd;
}

}  // namespace bd
