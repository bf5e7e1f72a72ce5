// engine/edit/link.h: edges, and what a change of them leaves: marks, moments, events, who is blocked.
#include "engine/edit/link.h"

#include <gtest/gtest.h>

#include "tests/support/editing.h"

namespace bd {
namespace {

class Links : public EditingTest, public testing::Test {
 protected:
  Links() {
    for (const char* id : {"bd-a", "bd-b", "bd-c", "bd-d"}) Add(id);
  }
  Status Link(const std::string& from, const std::string& to, const std::string& type = "blocks") {
    EditContext context = Context();
    return AddDependency(context, from, to, type);
  }
  Status Unlink(const std::string& from, const std::string& to, const std::string& type = "") {
    EditContext context = Context();
    return RemoveDependency(context, from, to, type);
  }
  Status Parent(const std::string& id, const std::string& parent) {
    EditContext context = Context();
    return SetParent(context, id, parent);
  }
};

TEST_F(Links, AnEdgeIsAChangeOfTheIssueThatItLeaves) {
  Must(Link("bd-a", "bd-b"));
  EXPECT_EQ(Edges("bd-a"), "bd-b (blocks)");
  EXPECT_EQ(Dirty(), "bd-a");
  EXPECT_EQ(Find("bd-a").updated_at, TestNow());
  EXPECT_LT(Find("bd-b").updated_at, TestNow());
  EXPECT_EQ(Events("bd-a"), "dependency_added");
  EXPECT_EQ(Blocked(), "bd-a");
}

TEST_F(Links, SoIsItsEnd) {
  Edge("bd-a", "bd-b");
  EXPECT_EQ(Blocked(), "bd-a");
  Must(Unlink("bd-a", "bd-b"));
  EXPECT_EQ(Edges("bd-a"), "");
  EXPECT_EQ(Dirty(), "bd-a");
  EXPECT_EQ(Find("bd-a").updated_at, TestNow());
  EXPECT_EQ(Events("bd-a"), "dependency_removed");
  EXPECT_EQ(Blocked(), "");
}

TEST_F(Links, WhatIsRefusedChangesNothing) {
  Edge("bd-a", "bd-b");
  Edge("bd-b", "bd-c", "parent-child");
  EXPECT_EQ(Link("bd-a", "bd-a").error().message, "issue cannot depend on itself");
  EXPECT_EQ(Link("bd-b", "bd-a").error().code, Code::kInvalid);  // a circle
  EXPECT_EQ(Link("bd-c", "bd-a").error().code, Code::kInvalid);  // a longer one, over two kinds of edges
  EXPECT_EQ(Link("bd-a", "bd-b").error().code, Code::kConflict);
  EXPECT_EQ(Link("bd-a", "bd-none").error().code, Code::kNotFound);
  EXPECT_EQ(Link("bd-none", "bd-a").error().code, Code::kNotFound);
  EXPECT_EQ(Link("bd-a", "external:elsewhere").error().code, Code::kInvalid);
  EXPECT_EQ(Unlink("bd-b", "bd-a").error().code, Code::kNotFound);
  EXPECT_EQ(Unlink("bd-a", "bd-b", "related").error().code, Code::kNotFound);
  EXPECT_EQ(Parent("bd-d", "bd-none").error().code, Code::kNotFound);
  EXPECT_EQ(Dirty(), "");
}

TEST_F(Links, AnEdgeThatOrdersNoWorkMayCloseACircle) {
  Edge("bd-a", "bd-b");
  Must(Link("bd-b", "bd-a", "discovered-from"));
  EXPECT_EQ(Edges("bd-b"), "bd-a (discovered-from)");
  EXPECT_EQ(Blocked(), "bd-a");
}

TEST_F(Links, AnExternalReferenceNeedsNoIssue) {
  Must(Link("bd-a", "external:elsewhere:feature"));
  EXPECT_EQ(Edges("bd-a"), "external:elsewhere:feature (blocks)");
}

TEST_F(Links, ASymmetricEdgeIsThereFromBothEnds) {
  Must(Link("bd-a", "bd-b", "related"));
  tx_.marked().clear();
  Must(Link("bd-b", "bd-a", "related"));
  EXPECT_EQ(Edges("bd-b"), "");
  EXPECT_EQ(Dirty(), "bd-a");
  EXPECT_EQ(Link("bd-a", "bd-b", "related").error().code, Code::kConflict);
}

TEST_F(Links, AChildCannotWaitForItsParent) {
  Add("bd-a.1");
  EXPECT_EQ(Link("bd-a.1", "bd-a").error().code, Code::kInvalid);
  Must(Link("bd-a.1", "bd-a", "related"));  // that is no waiting
  Must(Link("bd-a.1", "bd-b"));
}

TEST_F(Links, AnEpicStandsBelowEpicsOnly) {
  Add("bd-e", [](Issue& issue) { issue.issue_type = "epic"; });
  Add("bd-f", [](Issue& issue) { issue.issue_type = "epic"; });
  EXPECT_EQ(Link("bd-e", "bd-a", "parent-child").error().code, Code::kInvalid);
  Must(Link("bd-e", "bd-f", "parent-child"));
  Must(Link("bd-a", "bd-e", "parent-child"));
}

TEST_F(Links, RemovingTakesAllEdgesBetweenTheTwoOrOneKind) {
  Edge("bd-a", "bd-b");
  Edge("bd-c", "bd-b", "related");
  Edge("bd-a", "bd-c");
  Must(Unlink("bd-c", "bd-b", "related"));
  Must(Unlink("bd-a", "bd-b"));
  EXPECT_EQ(Edges("bd-a"), "bd-c (blocks)");
  EXPECT_EQ(Edges("bd-c"), "");
  EXPECT_EQ(Blocked(), "bd-a");
}

// A child waits with its parent; once it is nobody's child it does not.
TEST_F(Links, WhoLeavesABlockedParentIsFree) {
  Edge("bd-a", "bd-b");
  Must(Parent("bd-c", "bd-a"));
  EXPECT_EQ(Blocked(), "bd-a bd-c");
  Must(Parent("bd-c", ""));
  EXPECT_EQ(Blocked(), "bd-a");
  EXPECT_EQ(Edges("bd-c"), "");
}

TEST_F(Links, ThereIsOneParent) {
  Must(Parent("bd-c", "bd-a"));
  Must(Parent("bd-c", "bd-b"));
  EXPECT_EQ(Edges("bd-c"), "bd-b (parent-child)");
  EXPECT_EQ(Events("bd-c"), "dependency_added dependency_removed dependency_added");
  const Time before = Find("bd-c").updated_at;
  Must(Parent("bd-c", "bd-b"));
  EXPECT_EQ(Find("bd-c").updated_at, before);
  EXPECT_EQ(Dirty(), "bd-c");
}

TEST_F(Links, RelatingIsMutual) {
  EditContext context = Context();
  Must(Relate(context, "bd-a", "bd-b"));
  EXPECT_EQ(Edges("bd-a"), "bd-b (relates-to)");
  EXPECT_EQ(Edges("bd-b"), "bd-a (relates-to)");
  EXPECT_EQ(Dirty(), "bd-a bd-b");
  EXPECT_EQ(Relate(context, "bd-a", "bd-a").error().code, Code::kInvalid);
  Must(Unrelate(context, "bd-b", "bd-a"));
  EXPECT_EQ(Edges("bd-a"), "");
  EXPECT_EQ(Edges("bd-b"), "");
  EXPECT_EQ(Unrelate(context, "bd-a", "bd-b").error().message,
            "failed to remove relates-to bd-a -> bd-b: dependency from bd-a to bd-b does not exist");
}

}  // namespace
}  // namespace bd
