#include "engine/storage/events.h"

#include <algorithm>

#include "engine/base/text.h"

namespace bd {

Status AddEvent(Tx& tx, const Event& event) {
  return tx.db().Execute(
      "INSERT INTO events(issue_id, event_type, actor, old_value, new_value, comment, created_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      event.issue_id, event.type, event.actor, event.old_value, event.new_value, event.comment,
      event.created_at);
}

Result<std::vector<FeedEntry>> ReadFeed(Tx& tx, int64_t since, int64_t limit) {
  constexpr std::string_view kColumns =
      "SELECT f.stamp, f.kind, f.issue_id, e.event_type, coalesce(e.actor, c.author, ''), e.old_value, "
      "e.new_value, e.comment, coalesce(i.title, ''), coalesce(i.assignee, ''), e.created_at "
      "FROM bd_feed f LEFT JOIN events e ON f.kind = 'event' AND e.id = f.source "
      "LEFT JOIN comments c ON f.kind = 'comment' AND c.id = f.source "
      "LEFT JOIN issues i ON i.id = f.issue_id ";
  // What an event or a comment said is lost with its issue; the removal has an entry of its own.
  constexpr std::string_view kThere = "(f.kind = 'removed' OR e.id IS NOT NULL OR c.id IS NOT NULL)";
  Statement rows = TRY(tx.db().Prepare(
      since > 0 ? Cat(kColumns, "WHERE f.stamp > ?1 AND ", kThere, " ORDER BY f.stamp LIMIT ?2")
                : Cat("SELECT * FROM (", kColumns, "WHERE f.stamp > ?1 AND ", kThere,
                      " ORDER BY f.stamp DESC LIMIT ?2) ORDER BY stamp")));
  rows.BindInt(1, std::max<int64_t>(since, 0));
  rows.BindInt(2, limit);
  std::vector<FeedEntry> entries;
  while (TRY(rows.Step())) {
    FeedEntry& entry = entries.emplace_back();
    entry.stamp = rows.Int(0);
    entry.kind = rows.Text(1);
    entry.event.issue_id = rows.Text(2);
    entry.event.type = entry.kind == "event"     ? rows.Text(3)
                       : entry.kind == "comment" ? "commented"
                                                 : "deleted";
    entry.event.actor = rows.Text(4);
    std::optional<std::string>* const optional[] = {&entry.event.old_value, &entry.event.new_value,
                                                    &entry.event.comment};
    for (int i = 0; i < 3; ++i) {
      if (!rows.IsNull(5 + i)) *optional[i] = rows.Text(5 + i);
    }
    entry.title = rows.Text(8);
    entry.assignee = rows.Text(9);
    entry.event.created_at = ParseTime(rows.TextView(10)).value_or(Time());
  }
  return entries;
}

}  // namespace bd
