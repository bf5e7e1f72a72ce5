#include "engine/storage/events.h"

namespace bd {

Status AddEvent(Tx& tx, const Event& event) {
  return tx.db().Execute(
      "INSERT INTO events(issue_id, event_type, actor, old_value, new_value, comment, created_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      event.issue_id, event.type, event.actor, event.old_value, event.new_value, event.comment,
      event.created_at);
}

}  // namespace bd
