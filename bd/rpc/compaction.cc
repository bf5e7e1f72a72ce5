#include "bd/rpc/compaction.h"

#include "engine/query/list.h"
#include "engine/storage/attachments.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace {

Time ClosedBefore(int64_t tier, Time now) {
  constexpr int64_t kDaySeconds = 86'400, kTier1Days = 30, kTier2Days = 90;
  now.seconds -= (tier == 1 ? kTier1Days : kTier2Days) * kDaySeconds;
  return now;
}

}  // namespace

Result<bool> IsEligible(Tx& tx, const Issue& issue, int64_t tier, const Time& now) {
  if (!issue.IsClosed() || !issue.closed_at || *issue.closed_at >= ClosedBefore(tier, now)) return false;
  if (issue.compaction_level >= tier) return false;
  for (const Dependency& edge : TRY(EdgesTo(tx, issue.id))) {
    const std::optional<Issue> other = TRY(FindIssue(tx, edge.issue_id, {}));
    if (other && !other->IsClosed() && !other->IsTombstone()) return false;
  }
  return true;
}

Result<std::vector<Issue>> Eligible(Tx& tx, int64_t tier, const Time& now) {
  IssueFilter filter;
  filter.status = std::string(status::kClosed);
  filter.closed.before = ClosedBefore(tier, now);
  std::vector<Issue> eligible;
  for (Issue& issue : TRY(ListIssues(tx, filter, {}, {}))) {
    if (TRY(IsEligible(tx, issue, tier, now))) eligible.push_back(std::move(issue));
  }
  return eligible;
}

int64_t SizeOf(const Issue& issue) {
  return static_cast<int64_t>(issue.description.size() + issue.design.size() + issue.notes.size() +
                              issue.acceptance_criteria.size());
}

}  // namespace bd
