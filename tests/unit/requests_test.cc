// engine/storage/requests.h: a request that is sent again has its effect once.
#include "engine/storage/requests.h"

#include <gtest/gtest.h>

#include "tests/support/workspace.h"

namespace bd {
namespace {

constexpr int64_t kNow = 1'900'000'000;

TEST(Requests, AnUnknownIdHasNoAnswer) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  EXPECT_FALSE(Must(AnswerFromStore(tx, "r-1")).has_value());
  Must(StoreReply(tx, "r-1", "create", "{}", kNow));
  EXPECT_FALSE(Must(AnswerFromStore(tx, "r-2")).has_value());
  EXPECT_FALSE(Must(AnswerFromStore(tx, "R-1")).has_value());
}

TEST(Requests, TheStoredAnswerIsGivenByteForByteAndCounted) {
  Store store = MemoryStore();
  const std::string reply = "{\"text\":\"é\\u0000\"}";
  {
    Tx tx = Must(store.BeginWrite());
    Must(StoreReply(tx, "r-1", "create", reply, kNow));
    Must(store.Commit(std::move(tx)));
  }
  for (int64_t times = 1; times <= 3; ++times) {
    Tx tx = Must(store.BeginWrite());
    const std::optional<StoredReply> stored = Must(AnswerFromStore(tx, "r-1"));
    ASSERT_TRUE(stored.has_value());
    EXPECT_EQ(stored->command, "create");
    EXPECT_EQ(stored->reply, reply);
    // The answer changes a row: its commit has something to sync.
    EXPECT_EQ(Must(QueryInt(tx.db(), "SELECT answers FROM bd_requests WHERE request_id = 'r-1'")), times);
    Must(store.Commit(std::move(tx)));
  }
}

TEST(Requests, AnAnswerIsKeptForADayAndTheFirstOneStays) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  Must(StoreReply(tx, "old", "create", "1", kNow));
  Must(StoreReply(tx, "edge", "create", "2", kNow + 1));
  EXPECT_EQ(StoreReply(tx, "edge", "create", "3", kNow + 2).error().code, Code::kConflict);
  Must(StoreReply(tx, "new", "create", "4", kNow + 1 + kRequestsKeptSeconds));
  EXPECT_FALSE(Must(AnswerFromStore(tx, "old")).has_value());
  EXPECT_EQ(Must(AnswerFromStore(tx, "edge"))->reply, "2");
  EXPECT_EQ(Must(AnswerFromStore(tx, "new"))->reply, "4");
}

}  // namespace
}  // namespace bd
