// Which issues differ from the file, and what the file had of them when both last agreed.
//
// A row in dirty_issues is the intent to export; it is made in the transaction of the change. The
// base (bd_base) is the line as last exchanged: the common ancestor of a later three-way merge. An
// issue that never was in the file is dirty without a base.
//
// While an issue is dirty, the states that it passes through are kept with the marks that they had
// (bd_passed), for any of them may be on its way into the file:
// 1. A mark is cleared only if it is still the one that was read before the export; marked_at grows with
//    every change.
// 2. If it is not, store and file agreed on the state that had that mark: it is the base from then on.
// 3. Whoever published a passed state may have died before he could say so: in the file it is nothing new.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/storage/store.h"
#include "engine/types/issue.h"

namespace bd {

// To be called before an issue is changed in any way: keeps its present state as the base if it is
// clean, and marks it. What is not exported is not marked.
Status MarkDirty(Tx& tx, std::string_view id, const Time& now);
// For an issue that was just created and is exported.
Status MarkNew(Tx& tx, std::string_view id, const Time& now);
// Marks with a given base: what an import found in the file. To be called before the issue is changed, too.
Status MarkDirtyWithBase(Tx& tx, std::string_view id, std::string_view base_line, const Time& now);

// An ephemeral issue that was made here never is in the file; one that came in a line of the file
// keeps its line.
Result<bool> IsExported(Tx& tx, const Issue& issue);
Status ShareEphemeral(Tx& tx, std::string_view id);

struct DirtyMark {
  std::string issue_id;
  std::string marked_at;
};
// In the order of ids.
Result<std::vector<DirtyMark>> DirtyMarks(Tx& tx);
// An issue's row takes its mark with it: for one whose row is written anew.
Result<std::optional<DirtyMark>> MarkOf(Tx& tx, std::string_view id);
Status PutMark(Tx& tx, const DirtyMark& mark);
Result<int64_t> DirtyCount(Tx& tx);
// Of how many ids the file says something else than the store, removed ones included.
Result<int64_t> PendingCount(Tx& tx);
// Marks as texts, which order them somehow: a mark that is not cleared and not replaced stays at or
// before what NewestMark gave.
Result<std::string> NewestMark(Tx& tx);  // empty: none
Result<bool> HasMarkUpTo(Tx& tx, std::string_view newest);
Result<bool> IsDirty(Tx& tx, std::string_view id);
// Nothing if the issue never was in the file (or another program marked it).
Result<std::optional<std::string>> BaseLine(Tx& tx, std::string_view id);
// Whether the dirty issue was in this state (IssueLine), between two changes.
Result<bool> HasPassed(Tx& tx, std::string_view id, std::string_view line);

// What had these marks is in the file. How many became clean: what was changed since stays dirty.
Result<int64_t> ClearDirty(Tx& tx, const std::vector<DirtyMark>& marks);
// Every issue of a store that was empty is new.
Status MarkAllNew(Tx& tx, const Time& now);
// Whatever the mark: the file and the store are known to agree.
Status ForgetDirty(Tx& tx, std::string_view id);

// Issues that were removed for good: their lines are still to be taken out of the file, and must not
// be taken in again; also not where a new issue has the id by then, whose line is not in the file yet.
Status MarkRemoved(Tx& tx, std::string_view id);
Result<std::vector<std::string>> RemovedIds(Tx& tx);
Status ForgetRemoved(Tx& tx, std::string_view id);

}  // namespace bd
