#include "engine/query/duplicates.h"

namespace bd {

Result<std::vector<std::vector<std::string>>> FindDuplicates(Tx& tx) {
  Statement rows = TRY(tx.db().Prepare(
      "SELECT i.id, g.first FROM issues i JOIN (SELECT title, description, design, acceptance_criteria, "
      "status, min(id) AS first FROM issues WHERE status <> 'tombstone' GROUP BY 1, 2, 3, 4, 5 "
      "HAVING count(*) > 1) g ON g.title = i.title AND g.description = i.description AND "
      "g.design = i.design AND g.acceptance_criteria = i.acceptance_criteria AND g.status = i.status "
      "ORDER BY g.first, i.id"));
  std::vector<std::vector<std::string>> groups;
  std::string first;
  while (TRY(rows.Step())) {
    if (groups.empty() || rows.Text(1) != first) {
      first = rows.Text(1);
      groups.emplace_back();
    }
    groups.back().push_back(rows.Text(0));
  }
  return groups;
}

}  // namespace bd
