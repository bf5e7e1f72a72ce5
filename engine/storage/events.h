// The history: what was done to an issue, by whom.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/storage/store.h"

namespace bd {

struct Event {
  std::string issue_id;
  std::string type;  // created, updated, status_changed, closed, reopened, commented, claimed, ...
  std::string actor;
  std::optional<std::string> old_value, new_value, comment;
  Time created_at;
};

Status AddEvent(Tx& tx, const Event& event);

// The feed of changes: events, comments, and issues that were removed for good, whoever wrote them: triggers
// number them. Stamps are in ms since 1970; each is greater than all before it, also within a millisecond and
// when the clock goes back. So "later than the last stamp seen" leaves nothing out.
struct FeedEntry {
  int64_t stamp = 0;
  std::string kind;             // event, comment, removed
  Event event;                  // of a comment: type commented; of a removal: type deleted
  std::string title, assignee;  // as they are now; empty if the issue is gone
};
// Oldest first, at most `limit`; of stamps from 1 on. `since` up to 0: the newest ones.
Result<std::vector<FeedEntry>> ReadFeed(Tx& tx, int64_t since, int64_t limit);

}  // namespace bd
