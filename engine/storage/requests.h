// Request ids: a request that is sent again after an unknown outcome has its effect once.
//
// The reply is stored in the transaction of the effect and kept for a day. Answering from it changes
// a row too: a commit that changes no page syncs nothing, and the frames of the first effect may
// come from a process that was killed before its fsync. Acknowledging them without a sync of our own
// would promise what a power failure can still take.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/storage/store.h"

namespace bd {

constexpr int64_t kRequestsKeptSeconds = 24 * 3600;

struct StoredReply {
  std::string command;
  std::string reply;
};

// The reply that was stored under this id; counts the answer.
Result<std::optional<StoredReply>> AnswerFromStore(Tx& tx, std::string_view request_id);
// Stores the reply, and forgets those that are older than a day.
Status StoreReply(Tx& tx, std::string_view request_id, std::string_view command, std::string_view reply,
                  int64_t now_seconds);

}  // namespace bd
