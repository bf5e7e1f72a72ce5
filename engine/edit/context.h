// What every change of issues needs to know, and the frame that all changes share.
//
// Every change: the issue is marked dirty before (which keeps the common ancestor for merges), its
// updated_at grows (so that the order of versions shows whatever the clock does), the row is written,
// the history gets an event, and blocked_issues_cache follows.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/storage/events.h"
#include "engine/storage/store.h"
#include "engine/types/issue.h"
#include "engine/types/vocabulary.h"

namespace bd {

struct EditContext {
  Tx& tx;
  std::string actor;
  Time now;
  Vocabulary vocabulary;
  int64_t hierarchy_depth_max = 3;  // dots that a parent's id may have
};

// An issue that is not deleted, with everything that hangs on it; `issue X not found`.
Result<Issue> LoadForEdit(EditContext& context, std::string_view id);

// The moment of this change: now, but later than the version before.
Time NextUpdate(const EditContext& context, const Issue& issue);

// Marks the issue dirty, and sets its updated_at; for changes of labels, edges and comments, whose
// rows the caller writes.
Status TouchIssue(EditContext& context, std::string_view id);

// `before` and `after` differ: writes the row and an event that fits the change of status.
Status WriteChange(EditContext& context, const Issue& before, Issue after);

Status Record(EditContext& context, std::string_view id, std::string_view type, std::string comment);

}  // namespace bd
