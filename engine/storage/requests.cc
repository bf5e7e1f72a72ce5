#include "engine/storage/requests.h"

#include "engine/base/mark.h"

namespace bd {

Result<std::optional<StoredReply>> AnswerFromStore(Tx& tx, std::string_view request_id) {
  std::optional<StoredReply> stored;
  {
    Statement row = TRY(tx.db().Prepare("SELECT command, reply FROM bd_requests WHERE request_id = ?"));
    row.Bind(request_id);
    if (!TRY(row.Step())) return stored;
    stored = StoredReply{row.Text(0), row.Text(1)};
  }
  MARK("requests.answered_again");
  TRY(tx.db().Execute("UPDATE bd_requests SET answers = answers + 1 WHERE request_id = ?", request_id));
  return stored;
}

Status StoreReply(Tx& tx, std::string_view request_id, std::string_view command, std::string_view reply,
                  int64_t now_seconds) {
  TRY(tx.db().Execute("DELETE FROM bd_requests WHERE at < ?", now_seconds - kRequestsKeptSeconds));
  return tx.db().Execute("INSERT INTO bd_requests(request_id, at, command, reply) VALUES (?, ?, ?, ?)",
                         request_id, now_seconds, command, reply);
}

}  // namespace bd
