// Issues and what hangs on them, row by row. No rule of the domain is here: engine/edit has those.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/store.h"
#include "engine/types/issue.h"

namespace bd {

// Which parts of an issue to load besides its own row.
struct Details {
  bool labels = false, dependencies = false, comments = false;
};
inline constexpr Details kAllDetails{true, true, true};

// "i.id, i.title, ...": what ReadIssueRow expects from column `first` on, of `issues i`.
std::string_view IssueColumns();
int IssueColumnCount();
Result<Issue> ReadIssueRow(const Statement& statement, int first = 0);

// Tombstones are issues here.
Result<std::optional<Issue>> FindIssue(Tx& tx, std::string_view id, Details details = kAllDetails);
Result<bool> IssueExists(Tx& tx, std::string_view id);  // tombstones included
Result<bool> LiveIssueExists(Tx& tx, std::string_view id);
Status LoadDetails(Tx& tx, std::vector<Issue>& issues, Details details);

// The issue's row with its content hash; labels, edges and comments are written apart. Inserting an
// id that exists is kConflict.
Status InsertIssueRow(Tx& tx, const Issue& issue);
// The same for many: the number of top-level issues is counted once, afterwards.
Status InsertIssueRowUncounted(Tx& tx, const Issue& issue);
Status CountTopLevelAnew(Tx& tx);
Status UpdateIssueRow(Tx& tx, const Issue& issue);
// Removes the issue with everything that belongs to it, its mark included; what the file had of it stays
// known (ForgetDirty), and edges that point at it stay out of here.
Status DeleteIssueRows(Tx& tx, std::string_view id);

// Visits every issue with all details in the order of ids, in constant memory.
class IssueVisitor {
 public:
  virtual ~IssueVisitor() = default;
  virtual Status Visit(const Issue& issue) = 0;
};
Status ForEachIssue(Tx& tx, IssueVisitor& visitor);

// Number of ids without a dot, tombstones included.
Result<int64_t> TopLevelIssues(Tx& tx);

}  // namespace bd
