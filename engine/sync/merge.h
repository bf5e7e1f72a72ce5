// Merging two versions of an issue, with or without their common ancestor. Pure: no clock, no store.
//
// Laws (tests/property/merge_test.cc): symmetric, idempotent, deterministic; a version merged with its
// ancestor is that version; clones that have merged everything hold the same.
//
// Rules, by the member's row in types/issue_fields.h:
//   kIdentity   of the earlier created one
//   kValue      the side that changed it; if both did, that of the later version
//   kStatus     status, closed_at, close_reason and the members of a tombstone come from one side: a
//               deletion wins; else as kValue
//   kUpdatedAt  the later; where the result says what neither side does, a moment later than that
//   kSet        labels by text, edges by target and type, comments by author, text and moment: what
//               one side removed from the ancestor is gone, what one side added is there; a record that
//               both have is that of the side that changed it
// "Later" is by updated_at; at the same moment the one whose content is greater, so that no clock
// decides alone.
#pragma once

#include "engine/types/issue.h"

namespace bd {

// `base` is null if there is no common ancestor. The two must have the same id.
Issue MergeIssues(const Issue* base, const Issue& a, const Issue& b);

// Whether two versions under one id are different issues: made at different moments with different
// titles. Children get numbers, and two clones may give the same one.
bool AreDifferentIssues(const Issue& a, const Issue& b);

// Whether `a` is the later version in the sense above.
bool IsLater(const Issue& a, const Issue& b);

}  // namespace bd
