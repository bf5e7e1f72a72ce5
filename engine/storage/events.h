// The history: what was done to an issue, by whom.
#pragma once

#include <optional>
#include <string>
#include <string_view>

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

}  // namespace bd
