// engine/edit/create.h: ids, what a new issue starts with, and what is refused.
#include "engine/edit/create.h"

#include <gtest/gtest.h>

#include "engine/edit/delete.h"
#include "tests/support/editing.h"

namespace bd {
namespace {

class Creating : public EditingTest, public testing::Test {
 protected:
  Creating() {
    Add("bd-a");
    Add("bd-b");
  }
  static NewIssue New(const std::string& title = "New") {
    NewIssue request;
    request.issue.title = title;
    request.issue.status = "open";
    request.issue.issue_type = "task";
    request.issue.priority = 2;
    return request;
  }
  static NewIssue Named(const std::string& id) {
    NewIssue request = New();
    request.issue.id = id;
    return request;
  }
  static NewIssue ChildOf(const std::string& parent) {
    NewIssue request = New();
    request.parent = parent;
    return request;
  }
  static NewIssue With(const std::vector<NewEdge>& edges) {
    NewIssue request = New();
    request.edges = edges;
    return request;
  }
  Result<Issue> Create(const NewIssue& request) {
    EditContext context = Context();
    return CreateIssue(context, request);
  }
  Code Refusal(const NewIssue& request) { return Create(request).error().code; }
  void Delete(const std::string& id, bool hard) {
    EditContext context = Context();
    DeleteOptions options;
    options.hard = hard;
    Must(ExecuteDelete(context, Must(PlanDelete(context, {id}, false)), options));
  }
  int64_t Issues() { return Must(QueryInt(tx_.db(), "SELECT count(*) FROM issues")); }
};

TEST_F(Creating, ANewIssueIsDatedMarkedAndRemembered) {
  const Issue issue = Must(Create(New()));
  EXPECT_TRUE(issue.id.starts_with("bd-"));
  EXPECT_EQ(Find(issue.id).created_at, TestNow());
  EXPECT_EQ(Find(issue.id).updated_at, TestNow());
  EXPECT_EQ(Dirty(), issue.id);
  EXPECT_FALSE(Must(BaseLine(tx_, issue.id)).has_value());
  EXPECT_EQ(Events(issue.id), "created");
}

TEST_F(Creating, OneOfTheSameWordsAndMomentGetsAnotherId) {
  EXPECT_NE(Must(Create(New())).id, Must(Create(New())).id);
}

TEST_F(Creating, WhatIsEphemeralIsNotForTheFile) {
  NewIssue request = New();
  request.issue.ephemeral = true;
  Must(Create(request));
  EXPECT_EQ(Dirty(), "");
}

TEST_F(Creating, AnEdgeHoldsItUpFromTheStart) {
  const Issue issue = Must(Create(With({{"blocks", "bd-a"}, {"related", "bd-b"}})));
  EXPECT_EQ(Edges(issue.id), "bd-a (blocks), bd-b (related)");
  EXPECT_EQ(Events(issue.id), "created dependency_added dependency_added");
  EXPECT_EQ(Blocked(), issue.id);
}

TEST_F(Creating, ChildrenAreNumberedAndANumberIsUsedOnce) {
  EXPECT_EQ(Must(Create(ChildOf("bd-a"))).id, "bd-a.1");
  EXPECT_EQ(Must(Create(ChildOf("bd-a"))).id, "bd-a.2");
  EXPECT_EQ(Edges("bd-a.2"), "bd-a (parent-child)");
  EXPECT_EQ(Must(Create(Named("bd-a.7"))).id, "bd-a.7");
  EXPECT_EQ(Must(Create(ChildOf("bd-a"))).id, "bd-a.8");
  Delete("bd-a.8", true);
  EXPECT_EQ(Must(Create(ChildOf("bd-a"))).id, "bd-a.9");
  EXPECT_EQ(Must(Create(ChildOf("bd-a.7"))).id, "bd-a.7.1");
  EXPECT_EQ(Must(Create(ChildOf("bd-b"))).id, "bd-b.1");
}

// A counter that is behind, as of a line that came in another way.
TEST_F(Creating, ChildrenThatNobodyCountedCount) {
  Add("bd-a.5");
  Add("bd-a.5.9");
  EXPECT_EQ(Must(Create(ChildOf("bd-a"))).id, "bd-a.6");
}

TEST_F(Creating, ThereIsANumberBehindWhichThereIsNone) {
  Add("bd-a.9223372036854775807");
  EXPECT_EQ(Create(ChildOf("bd-a")).error().message, "no number is left for another child of bd-a");
}

TEST_F(Creating, ChildrenGoThreeLevelsDeep) {
  Add("bd-a.1.1.1");
  Add("bd-a.1.1");
  EXPECT_EQ(Refusal(ChildOf("bd-a.1.1.1")), Code::kInvalid);
  Must(Create(ChildOf("bd-a.1.1")));
}

TEST_F(Creating, WhatIsRefusedLeavesNoTrace) {
  Add("bd-r", [](Issue& issue) { issue.external_ref = "gh-1"; });
  NewIssue request = New();
  request.issue.external_ref = "gh-1";
  const int64_t before = Issues();
  EXPECT_EQ(Refusal(request), Code::kConflict);
  EXPECT_EQ(Refusal(New("")), Code::kInvalid);
  EXPECT_EQ(Refusal(Named("bd-a")), Code::kConflict);
  EXPECT_EQ(Refusal(Named("elsewhere-a")), Code::kInvalid);
  EXPECT_EQ(Refusal(Named("no id")), Code::kInvalid);
  EXPECT_EQ(Refusal(ChildOf("bd-none")), Code::kNotFound);
  EXPECT_EQ(Refusal(With({{"blocks", "bd-none"}})), Code::kNotFound);
  EXPECT_EQ(Refusal(With({{"blocks", "external:nothing"}})), Code::kInvalid);
  EXPECT_EQ(Issues(), before);
  EXPECT_EQ(Dirty(), "");
}

TEST_F(Creating, AForeignPrefixIsForWhoAsksForIt) {
  NewIssue request = Named("elsewhere-a");
  request.any_prefix = true;
  EXPECT_EQ(Must(Create(request)).id, "elsewhere-a");
  Must(SetConfig(tx_, "allowed_prefixes", "other,third"));
  EXPECT_EQ(Must(Create(Named("third-a"))).id, "third-a");
}

TEST_F(Creating, WhoWaitsForChildrenSaysForWhich) {
  NewIssue request = New();
  request.waits_for = "bd-a";
  request.waits_for_any = true;
  const Issue issue = Must(Create(request));
  EXPECT_EQ(Find(issue.id).dependencies[0].metadata, R"({"gate":"any-children"})");
  request.waits_for = "bd-none";
  EXPECT_EQ(Refusal(request), Code::kNotFound);
}

// The file has the tombstone's line: the new issue takes its place, and whoever waited is free.
TEST_F(Creating, AnIdOfADeletedIssueMayBeUsedAgain) {
  Delete("bd-a", false);
  const std::string line = IssueLine(Find("bd-a"));
  Must(ForgetDirty(tx_, "bd-a"));
  tx_.marked().clear();
  Must(Create(Named("bd-a")));
  EXPECT_EQ(Find("bd-a").status, "open");
  EXPECT_EQ(Find("bd-a").title, "New");
  EXPECT_EQ(Dirty(), "bd-a");
  EXPECT_EQ(Must(BaseLine(tx_, "bd-a")), line);
}

// To other clones it is a later version of what they have, also when the clock was put back meanwhile.
TEST_F(Creating, WhereAnIdIsUsedAgainTheIssueGoesOn) {
  Issue before = Find("bd-a");
  before.created_at = TestNow().Plus(-1'000'000'000);
  before.updated_at = TestNow().Plus(3600LL * 1'000'000'000);
  Must(UpdateIssueRow(tx_, before));
  Delete("bd-a", false);
  const Time deleted = Find("bd-a").updated_at;
  const Issue issue = Must(Create(Named("bd-a")));
  EXPECT_EQ(issue.created_at, before.created_at);
  EXPECT_GT(issue.updated_at, deleted);
  EXPECT_EQ(IssueLine(Find("bd-a")), IssueLine(issue));
}

// Another clone deleted it, and an issue of ours still points at it.
TEST_F(Creating, WhoPointsAtAnIdThatIsUsedAgainWaitsAgain) {
  Edge("bd-b", "bd-a");
  Issue tombstone = Find("bd-a");
  tombstone.status = "tombstone";
  Must(UpdateIssueRow(tx_, tombstone));
  Must(UpdateBlocked(tx_, {"bd-a"}));
  EXPECT_EQ(Blocked(), "");
  Must(Create(Named("bd-a")));
  EXPECT_EQ(Blocked(), "bd-b");
}

TEST_F(Creating, AnEdgeThatWaitedForItsTargetHolds) {
  Edge("bd-b", "bd-x");
  EXPECT_EQ(Blocked(), "");
  Must(Create(Named("bd-x")));
  EXPECT_EQ(Edges("bd-b"), "bd-x (blocks)");
  EXPECT_EQ(Blocked(), "bd-b");
}

}  // namespace
}  // namespace bd
