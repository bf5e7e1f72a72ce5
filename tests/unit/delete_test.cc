// engine/edit/delete.h: what goes with an issue, what stays of it, and what its neighbours are told.
#include "engine/edit/delete.h"

#include <gtest/gtest.h>

#include "tests/support/editing.h"

namespace bd {
namespace {

// bd-d waits for bd-c, bd-c for bd-b, bd-b for bd-a; bd-n is a neighbour of bd-a that speaks of it.
class Deleting : public EditingTest, public testing::Test {
 protected:
  Deleting() {
    for (const char* id : {"bd-a", "bd-b", "bd-c", "bd-d"}) Add(id);
    Add("bd-n", [](Issue& issue) { issue.description = "see bd-a, bd-a.1 and bd-ab"; });
    Edge("bd-b", "bd-a");
    Edge("bd-c", "bd-b");
    Edge("bd-d", "bd-c");
    Edge("bd-n", "bd-a", "related");
  }
  DeletePlan Plan(const std::vector<std::string>& ids, bool cascade = false) {
    EditContext context = Context();
    return Must(PlanDelete(context, ids, cascade));
  }
  void Delete(const std::vector<std::string>& ids, DeleteOptions options = {}, bool cascade = false) {
    EditContext context = Context();
    Must(ExecuteDelete(context, Must(PlanDelete(context, ids, cascade)), options));
  }
};

TEST_F(Deleting, ThePlanNamesWhatGoesAndWhoIsTold) {
  const DeletePlan plan = Plan({"bd-b"});
  EXPECT_EQ(Ids(plan.issues), "bd-b");
  EXPECT_EQ(Join(plan.dependents, " "), "bd-c");
  EXPECT_EQ(plan.edges.size(), 2);  // to bd-a, and from bd-c
  EXPECT_EQ(Ids(Plan({"bd-a"}).mentions), "bd-n");
  EXPECT_EQ(Dirty(), "");
}

TEST_F(Deleting, ACascadeGoesAsDeepAsThereIsSomething) {
  EXPECT_EQ(Ids(Plan({"bd-b"}, true).issues), "bd-b bd-c bd-d");
  EXPECT_TRUE(Plan({"bd-b"}, true).dependents.empty());
}

TEST_F(Deleting, EdgesGoAtBothEndsAndWhoWaitedIsFree) {
  EXPECT_EQ(Blocked(), "bd-b bd-c bd-d");
  Delete({"bd-b"});
  EXPECT_EQ(Edges("bd-b"), "");
  EXPECT_EQ(Edges("bd-c"), "");
  EXPECT_EQ(Blocked(), "bd-d");
  EXPECT_EQ(Dirty(), "bd-b bd-c");
  EXPECT_EQ(Find("bd-c").updated_at, TestNow());
  EXPECT_EQ(Events("bd-c"), "dependency_removed");
}

TEST_F(Deleting, WhatStaysIsATombstone) {
  Add("bd-x");
  Delete({"bd-x"}, {.reason = "not needed"});
  const Issue gone = Find("bd-x");
  EXPECT_EQ(gone.status, "tombstone");
  EXPECT_EQ(gone.original_type, "task");
  EXPECT_EQ(gone.deleted_at, TestNow());
  EXPECT_EQ(gone.updated_at, TestNow());
  EXPECT_EQ(gone.deleted_by, "tester");
  EXPECT_EQ(gone.delete_reason, "not needed");
  EXPECT_EQ(Events("bd-x"), "deleted");
}

// Else another clone would take the issue for the newer one.
TEST_F(Deleting, ATombstoneIsLaterThanTheIssue) {
  const Time ahead = TestNow().Plus(3'600'000'000'000);
  Add("bd-x", [&](Issue& issue) { issue.updated_at = ahead; });
  Delete({"bd-x"});
  EXPECT_GT(Find("bd-x").updated_at, ahead);
  EXPECT_GT(*Find("bd-x").deleted_at, ahead);
}

TEST_F(Deleting, ItMayBeDeletedAgain) {
  Delete({"bd-d"}, {.reason = "first"});
  Delete({"bd-d"}, {.reason = "second"});
  EXPECT_EQ(Find("bd-d").original_type, "task");
  EXPECT_EQ(Find("bd-d").delete_reason, "second");
}

TEST_F(Deleting, NeighboursSpeakOfADeletedIssue) {
  Delete({"bd-a"});
  EXPECT_EQ(Find("bd-n").description, "see [deleted:bd-a], bd-a.1 and bd-ab");
  EXPECT_EQ(Dirty(), "bd-a bd-b bd-n");
}

TEST_F(Deleting, WithoutATombstoneTheRowsGoAndTheIdIsRemembered) {
  Delete({"bd-b"}, {.hard = true});
  EXPECT_FALSE(Must(FindIssue(tx_, "bd-b")).has_value());
  EXPECT_EQ(Join(Must(RemovedIds(tx_)), " "), "bd-b");
  EXPECT_EQ(Dirty(), "bd-c");
  EXPECT_EQ(Blocked(), "bd-d");
}

TEST_F(Deleting, AnIdThatIsNotThereStopsAll) {
  EditContext context = Context();
  EXPECT_EQ(PlanDelete(context, {"bd-a", "bd-y", "bd-z"}, false).error().message,
            "issues not found: bd-y, bd-z");
  EXPECT_EQ(PlanDelete(context, {"bd-z"}, false).error().message, "issue bd-z not found");
}

}  // namespace
}  // namespace bd
