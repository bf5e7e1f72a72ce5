// engine/query/ready.h: filters, and what other programs are told by the views; the rules themselves are
// laws of tests/property/ready_test.cc.
#include "engine/query/ready.h"

#include <gtest/gtest.h>

#include "bd/issue_view.h"
#include "tests/support/issues.h"

// A filter names what it asks for and leaves out the rest.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace bd {
namespace {

class ReadyTest : public testing::Test, protected QuestionTest {
 protected:
  std::string Ready(ReadyFilter filter = {}) {
    filter.now = TestNow();
    return Ids(Must(ReadyIssues(tx_, filter, {})));
  }
  // Id and blockers of everything that is held up.
  std::string Blocked(const std::optional<std::string>& parent = std::nullopt) {
    std::string text;
    for (const BlockedIssue& blocked : Must(BlockedIssues(tx_, parent)))
      text += Cat(blocked.issue.id, "(", Join(blocked.blocked_by, ","), ")");
    return text;
  }
  std::string View(std::string_view sql) { return Join(Must(QueryTexts(tx_.db(), sql)), " "); }
};

using ReadyQuestions = ReadyTest;

TEST_F(ReadyQuestions, AnEdgeToWhatIsNotThereHoldsUpNobody) {
  Add("bd-1");
  Edge("bd-1", "bd-missing");
  EXPECT_EQ(Ready(), "bd-1");
  EXPECT_EQ(Blocked(), "");
  EXPECT_TRUE(Must(DirectBlockers(tx_, "bd-1")).empty());
  std::vector<Issue> issues{*Must(FindIssue(tx_, "bd-1"))};
  EXPECT_EQ(issues[0].dependencies.size(), 1);  // the edge is there all the same
  std::vector<ListedIssue> listed = Must(WithCounts(tx_, std::move(issues)));
  Must(AddBlocking(tx_, listed));
  EXPECT_TRUE(listed[0].blocked_by.empty());
}

TEST_F(ReadyQuestions, AnEdgeHoldsUpAsSoonAsItsTargetIsThere) {
  Add("bd-1");
  Edge("bd-1", "bd-2");
  Add("bd-2");
  const std::vector<std::string> sources = Must(ConnectDangling(tx_, "bd-2"));
  EXPECT_EQ(sources, std::vector<std::string>{"bd-1"});
  Must(UpdateBlocked(tx_, sources));
  EXPECT_EQ(Ready(), "bd-2");
  EXPECT_EQ(Blocked(), "bd-1(bd-2)");
}

TEST_F(ReadyQuestions, WhatIsHeldUpThroughItsParentNamesTheParent) {
  for (const char* id : {"bd-1", "bd-2", "bd-2.1", "bd-2.1.1"}) Add(id);
  Edge("bd-2", "bd-1");
  Edge("bd-2.1", "bd-2", "parent-child");
  Edge("bd-2.1.1", "bd-2.1", "parent-child");
  Must(RebuildBlocked(tx_));
  EXPECT_EQ(Ready(), "bd-1");
  EXPECT_EQ(Blocked(), "bd-2(bd-1)bd-2.1(bd-2)bd-2.1.1(bd-2.1)");
  EXPECT_EQ(Blocked("bd-2.1"), "bd-2.1.1(bd-2.1)");
}

TEST_F(ReadyQuestions, ExternalTargetsAreShownButHoldUpNobody) {
  Add("bd-1");
  Edge("bd-1", "external:p:c");
  EXPECT_EQ(Ready(), "bd-1");
  EXPECT_EQ(Blocked(), "bd-1(external:p:c)");
}

TEST_F(ReadyQuestions, EveryFilterTakesAway) {
  Add("bd-1", [](Issue& i) {
    i.assignee = "ann";
    i.labels = {"a", "b"};
    i.priority = 1;
  });
  Add("bd-2", [](Issue& i) {
    i.labels = {"b"};
    i.issue_type = "bug";
  });
  Add("bd-3", [](Issue& i) { i.defer_until = TestNow().Plus(kNanosPerSecond); });
  Add("bd-4", [](Issue& i) { i.defer_until = TestNow(); });
  Add("bd-5", [](Issue& i) { i.pinned = true; });
  Add("bd-6", [](Issue& i) { i.ephemeral = true; });
  Add("bd-7", [](Issue& i) { i.issue_type = "gate"; });
  Add("bd-mol-8");
  Add("bd-9", [](Issue& i) { i.status = "in_progress"; });
  EXPECT_EQ(Ready(), "bd-1 bd-2 bd-4");
  EXPECT_EQ(Ready({.include_deferred = true}), "bd-1 bd-2 bd-3 bd-4");
  EXPECT_EQ(Ready({.assignee = "ann"}), "bd-1");
  EXPECT_EQ(Ready({.unassigned = true}), "bd-2 bd-4");
  EXPECT_EQ(Ready({.priority = 1}), "bd-1");
  EXPECT_EQ(Ready({.labels_all = {"a", "b"}}), "bd-1");
  EXPECT_EQ(Ready({.labels_any = {"b", "c"}}), "bd-1 bd-2");
  EXPECT_EQ(Ready({.type = "bug"}), "bd-2");
  EXPECT_EQ(Ready({.type = "gate"}), "bd-7");
  EXPECT_EQ(Ready({.limit = 2}), "bd-1 bd-2");
}

TEST_F(ReadyQuestions, IdsOfMachineryAreThoseOfTheSetting) {
  Add("bd-1");
  Add("bd-mol-2");
  Must(SetConfig(tx_, "ready.exclude_id_patterns", "-1"));
  EXPECT_EQ(Ready(), "bd-mol-2");
}

TEST_F(ReadyQuestions, OrdersDifferInWhatIsOld) {
  auto made = [](int64_t priority, int64_t hours) {
    return [=](Issue& issue) {
      issue.priority = priority;
      issue.created_at = TestNow().Plus(-hours * 3600 * kNanosPerSecond);
    };
  };
  Add("bd-old0", made(0, 100));
  Add("bd-old4", made(4, 200));
  Add("bd-new1", made(1, 2));
  Add("bd-new3", made(3, 20));
  EXPECT_EQ(Ready({.order = ReadyOrder::kHybrid}), "bd-new1 bd-new3 bd-old4 bd-old0");
  EXPECT_EQ(Ready({.order = ReadyOrder::kHybrid, .limit = 3}), "bd-new1 bd-new3 bd-old4");
  EXPECT_EQ(Ready({.order = ReadyOrder::kPriority}), "bd-old0 bd-new1 bd-new3 bd-old4");
  EXPECT_EQ(Ready({.order = ReadyOrder::kOldest}), "bd-old4 bd-old0 bd-new3 bd-new1");
}

TEST_F(ReadyQuestions, TheParentFilterReachesEveryDepthAndEndsInCircles) {
  for (const char* id : {"bd-1", "bd-1.1", "bd-1.1.1", "bd-2"}) Add(id);
  Edge("bd-1.1", "bd-1", "parent-child");
  Edge("bd-1.1.1", "bd-1.1", "parent-child");
  Edge("bd-1", "bd-1.1.1", "parent-child");
  EXPECT_EQ(Ready({.parent = "bd-1"}), "bd-1 bd-1.1 bd-1.1.1");
  EXPECT_EQ(Ready({.parent = "bd-2"}), "");
}

TEST_F(ReadyQuestions, WhatAClosedIssueFreedIsTold) {
  for (const char* id : {"bd-1", "bd-2", "bd-3", "bd-4"}) Add(id);
  Edge("bd-2", "bd-1");
  Edge("bd-3", "bd-1");
  Edge("bd-3", "bd-4");
  EXPECT_EQ(Ids(Must(NewlyUnblocked(tx_, "bd-1"))), "");
  Issue closed = *Must(FindIssue(tx_, "bd-1"));
  closed.status = "closed";
  closed.closed_at = TestNow();
  Must(UpdateIssueRow(tx_, closed));
  Must(UpdateBlocked(tx_, {"bd-1"}));
  EXPECT_EQ(Ids(Must(NewlyUnblocked(tx_, "bd-1"))), "bd-2");
}

// --- What other programs are told

// Edges of the kinds that 0.49.6's view knows, over every status.
TEST_F(ReadyQuestions, TheViewTheTableAndTheQuestionAgree) {
  const char* const kStatuses[] = {"open", "in_progress", "closed", "deferred", "blocked"};
  for (int i = 0; i < 60; ++i) {
    Add(Cat("bd-", i), [&](Issue& issue) {
      issue.status = kStatuses[i % 7 < 5 ? i % 7 : 0];
      if (issue.IsClosed()) issue.closed_at = TestNow();
    });
  }
  for (int i = 1; i < 60; ++i) {
    if (i % 3 == 0) Edge(Cat("bd-", i), Cat("bd-", (i * 17) % i));
    if (i % 5 == 0) Edge(Cat("bd-", i), Cat("bd-", (i * 31) % i), "parent-child");
    if (i % 4 == 0) Edge(Cat("bd-", i), Cat("bd-", (i * 7) % i), "related");
  }
  Must(RebuildBlocked(tx_));
  std::vector<std::string> asked = Split(Ready({.include_deferred = true}), ' ');
  std::sort(asked.begin(), asked.end());
  EXPECT_GT(asked.size(), 10);
  EXPECT_EQ(View("SELECT id FROM ready_issues ORDER BY id"), Join(asked, " "));
  EXPECT_EQ(View("SELECT id FROM issues WHERE status = 'open' AND id NOT IN "
                 "(SELECT issue_id FROM blocked_issues_cache) ORDER BY id"),
            Join(asked, " "));
  // Whatever has a blocker of its own in one is held up in the other.
  EXPECT_EQ(View("SELECT id FROM blocked_issues WHERE id NOT IN (SELECT issue_id FROM blocked_issues_cache)"),
            "");
}

}  // namespace
}  // namespace bd
