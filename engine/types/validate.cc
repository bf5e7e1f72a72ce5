#include "engine/types/validate.h"

#include <algorithm>

#include "engine/base/json.h"
#include "engine/base/text.h"

namespace bd {

Status ValidateTitle(std::string_view title) {
  if (Trim(title).empty()) return Invalid("title is required");
  if (title.size() > kTitleBytesMax) {
    return Invalid(Cat("title must be 500 characters or less (got ", title.size(), ")"));
  }
  return Ok();
}

void RepairClosedAt(Issue& issue) {
  if (issue.IsClosed() && !issue.closed_at) issue.closed_at = std::max(issue.created_at, issue.updated_at);
}

Status ValidateIssue(const Issue& issue, const Vocabulary& vocabulary, WordCheck words) {
  TRY(ValidateTitle(issue.title));
  if (issue.priority < 0 || issue.priority > 4) {
    return Invalid(Cat("priority must be between 0 and 4 (got ", issue.priority, ")"));
  }
  if (words != WordCheck::kAnyWords && !IsKnownStatus(issue.status, vocabulary)) {
    return Invalid(Cat("invalid status: ", issue.status), WhichStatuses(vocabulary));
  }
  if (words == WordCheck::kKnownWords && !IsKnownType(issue.issue_type, vocabulary)) {
    return Invalid(Cat("invalid issue type: ", issue.issue_type), WhichTypes(vocabulary));
  }
  if (issue.estimated_minutes && *issue.estimated_minutes < 0) {
    return Invalid("estimated_minutes cannot be negative");
  }
  if (issue.IsClosed() && !issue.closed_at) return Invalid("closed issues must have closed_at timestamp");
  if (!issue.IsClosed() && !issue.IsTombstone() && issue.closed_at) {
    return Invalid("non-closed issues cannot have closed_at timestamp");
  }
  if (!issue.metadata.empty()) {
    if (auto problem = JsonProblem(issue.metadata.text)) return Invalid("metadata must be valid JSON");
  }
  return Ok();
}

std::vector<std::string> MissingSections(const Issue& issue) {
  std::vector<std::string> wanted;
  if (issue.issue_type == "bug") wanted = {"Steps to Reproduce", "Acceptance Criteria"};
  if (issue.issue_type == "task" || issue.issue_type == "feature") wanted = {"Acceptance Criteria"};
  if (issue.issue_type == "epic") wanted = {"Success Criteria"};
  std::vector<std::string> missing;
  for (const std::string& heading : wanted) {
    if (!ContainsFold(issue.description, heading)) missing.push_back("## " + heading);
  }
  return missing;
}

Status ValidateEdgeType(std::string_view type) {
  if (!type.empty() && type.size() <= kEdgeTypeBytesMax) return Ok();
  return Invalid(Cat("invalid dependency type: ", Quote(type), " (must be non-empty string, max 50 chars)"));
}

}  // namespace bd
