// engine/sync/git_activity.h: what a log of the shared file says about its issues.
#include "engine/sync/git_activity.h"

#include <gtest/gtest.h>

#include "engine/base/text.h"

namespace bd {
namespace {

std::string Line(char sign, const std::string& id, const std::string& status) {
  return Cat(sign, R"({"id":")", id, R"(","title":"x","status":")", status, R"(","priority":2})", "\n");
}

TEST(GitActivity, EveryCommitAndEveryIssueInItCountsOnce) {
  const GitActivity activity = CountActivity(
      "commit a\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n" + Line('+', "bd-new", "open") + "commit b\n" +
      Line('-', "bd-1", "open") + Line('+', "bd-1", "closed") + Line('-', "bd-2", "closed") +
      Line('+', "bd-2", "open") + Line('-', "bd-3", "open") + Line('+', "bd-3", "in_progress") +
      "commit c\n" + Line('-', "bd-gone", "open") + "+no issue\n+{\"id\":\n");
  EXPECT_EQ(activity.commits, 3);
  EXPECT_EQ(activity.created, 1);
  EXPECT_EQ(activity.closed, 1);
  EXPECT_EQ(activity.reopened, 1);
  EXPECT_EQ(activity.updated, 1);
  EXPECT_EQ(activity.total(), 4);
}

TEST(GitActivity, ATombstoneIsNoReopening) {
  const GitActivity activity =
      CountActivity("commit a\n" + Line('-', "bd-1", "closed") + Line('+', "bd-1", "tombstone"));
  EXPECT_EQ(activity.reopened, 0);
  EXPECT_EQ(activity.updated, 1);
}

TEST(GitActivity, AnEmptyLogSaysNothing) {
  EXPECT_EQ(CountActivity("").commits, 0);
  EXPECT_EQ(CountActivity("").total(), 0);
}

}  // namespace
}  // namespace bd
