// Work that can be taken up now, and work that something holds up.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/issues.h"

namespace bd {

enum class ReadyOrder {
  kHybrid,    // created within two days by priority, then older ones, oldest first
  kPriority,  // by priority, oldest first
  kOldest,
};

struct ReadyFilter {
  ReadyOrder order = ReadyOrder::kHybrid;
  int64_t limit = 0;            // 0: no limit
  std::string status = "open";  // empty: open or in_progress
  std::optional<int64_t> priority;
  std::optional<std::string> assignee;
  bool unassigned = false;
  std::vector<std::string> labels_all, labels_any;
  std::optional<std::string> type;
  std::optional<std::string> parent;  // all below it
  std::string mol_type;
  bool include_deferred = false;
  Time now;
};

// Issues of that status that nothing holds up (see storage/blocked.h), that are not deferred to a later time,
// pinned or ephemeral. Without a type filter, types and ids of machinery are left out: merge-request,
// gate, molecule, message, agent, role, rig, and ids that contain a pattern of the setting
// ready.exclude_id_patterns (default "-mol-,-wisp-").
Result<std::vector<Issue>> ReadyIssues(Tx& tx, const ReadyFilter& filter, Details details);

struct BlockedIssue {
  Issue issue;
  std::vector<std::string> blocked_by;
};
// Unclosed issues that are held up, by priority: those in blocked_issues_cache, those with an external
// `blocks` edge, and those whose status is blocked or deferred. `parent`: only below it.
Result<std::vector<BlockedIssue>> BlockedIssues(Tx& tx, const std::optional<std::string>& parent);

// Issues that became ready when `closed` was closed: open, waited for it, and are held up no more.
Result<std::vector<Issue>> NewlyUnblocked(Tx& tx, std::string_view closed);

}  // namespace bd
