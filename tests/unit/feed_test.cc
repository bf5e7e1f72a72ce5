// engine/storage/events.h: the feed of changes leaves nothing out.
#include <gtest/gtest.h>

#include "engine/storage/attachments.h"
#include "engine/storage/events.h"
#include "engine/storage/issues.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

constexpr int64_t kAll = 1000, kMoment = 1'700'000'000;

Time At(int64_t ms) {
  Time time;
  time.seconds = kMoment + ms / 1000;
  time.nanos = static_cast<int32_t>(ms % 1000 * 1'000'000);
  return time;
}

void AddIssue(Tx& tx, const std::string& id) {
  Issue issue;
  issue.id = id;
  issue.title = "T";
  issue.created_at = issue.updated_at = At(0);
  Must(InsertIssueRow(tx, issue));
}

void AddUpdate(Tx& tx, int64_t ms) {
  Must(AddEvent(tx, {"t-1", "updated", "ann", std::nullopt, std::nullopt, std::nullopt, At(ms)}));
}

// Reads on from the last stamp, one entry at a time, as a client does.
std::vector<FeedEntry> Poll(Tx& tx, int64_t& since) {
  std::vector<FeedEntry> all;
  for (;;) {
    const std::vector<FeedEntry> page = Must(ReadFeed(tx, since, 1));
    if (page.empty()) return all;
    EXPECT_GT(page[0].stamp, since);
    since = page[0].stamp;
    all.push_back(page[0]);
  }
}

TEST(Feed, EventsOfOneMillisecondAreAllThere) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  AddIssue(tx, "t-1");
  for (int i = 0; i < 5; ++i) AddUpdate(tx, 7);
  int64_t since = 1;
  EXPECT_EQ(Poll(tx, since).size(), 5U);
  EXPECT_EQ(since, kMoment * 1000 + 7 + 4);
  AddUpdate(tx, 7);
  EXPECT_EQ(Poll(tx, since).size(), 1U);
}

TEST(Feed, AClockThatGoesBackLosesNothing) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  AddIssue(tx, "t-1");
  AddUpdate(tx, 3'600'000);
  int64_t since = 1;
  EXPECT_EQ(Poll(tx, since).size(), 1U);
  AddUpdate(tx, 5);
  EXPECT_EQ(Poll(tx, since).size(), 1U);
  // A moment that nobody can read, as another program may write it.
  Must(tx.db().Execute("INSERT INTO events(issue_id, event_type, actor, created_at) VALUES (?, ?, ?, ?)",
                       "t-1", "closed", "zoe", "yesterday"));
  const std::vector<FeedEntry> more = Poll(tx, since);
  ASSERT_EQ(more.size(), 1U);
  EXPECT_EQ(more[0].event.actor, "zoe");
  EXPECT_EQ(more[0].title, "T");
}

TEST(Feed, CommentsAndRemovalsAreEntries) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  AddIssue(tx, "t-1");
  AddUpdate(tx, 1);
  Comment comment;
  comment.issue_id = "t-1";
  comment.author = "bob";
  comment.text = "c";
  comment.created_at = At(2);
  Must(InsertComment(tx, comment, std::nullopt));
  int64_t since = 1;
  const std::vector<FeedEntry> before = Poll(tx, since);
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[1].event.type, "commented");
  EXPECT_EQ(before[1].event.actor, "bob");
  Must(DeleteIssueRows(tx, "t-1"));
  const std::vector<FeedEntry> after = Poll(tx, since);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].event.type, "deleted");
  EXPECT_EQ(after[0].event.issue_id, "t-1");
  // What hung on the issue is gone from the whole, and nothing was numbered anew.
  EXPECT_EQ(Must(ReadFeed(tx, 0, kAll)).size(), 1U);
}

}  // namespace
}  // namespace bd
