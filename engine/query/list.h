// Issues by filter: lists, searches, counts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/query/where.h"
#include "engine/storage/issues.h"
#include "engine/types/filter.h"

namespace bd {

// Sorted first, cut to the limit then. kInvalid for a bad regular expression.
Result<std::vector<Issue>> ListIssues(Tx& tx, const IssueFilter& filter, const ListOptions& options,
                                      Details details);
Result<int64_t> CountIssues(Tx& tx, const IssueFilter& filter);

enum class GroupBy { kStatus, kPriority, kType, kAssignee, kLabel };
// Group name to number, as people are told it ("P2", "(unassigned)", "(no labels)").
Result<std::map<std::string, int64_t>> CountGroups(Tx& tx, const IssueFilter& filter, GroupBy group);

// Edges at each of the issues, closed ends and external targets included, and comments.
struct Counts {
  int64_t dependencies = 0, dependents = 0, comments = 0;
};
Result<std::vector<Counts>> CountAttachments(Tx& tx, const std::vector<Issue>& issues);

// The conditions of a filter on `issues i`.
Result<Where> FilterConditions(Tx& tx, const IssueFilter& filter);

}  // namespace bd
