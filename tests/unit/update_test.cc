// engine/edit/update.h and close.h: what a change sets, what follows from it, and what is refused.
#include "engine/edit/update.h"

#include <gtest/gtest.h>

#include "engine/edit/close.h"
#include "tests/support/editing.h"

namespace bd {
namespace {

template <typename Member, typename Value>
FieldChanges With(Member member, Value value) {
  FieldChanges changes;
  changes.*member = value;
  return changes;
}

CloseOptions ClosedAs(const std::string& reason, bool force = false) {
  CloseOptions options;
  options.reason = reason;
  options.force = force;
  return options;
}

class Updating : public EditingTest, public testing::Test {
 protected:
  Updating() {
    for (const char* id : {"bd-a", "bd-b", "bd-c"}) Add(id);
    Add("bd-t", [](Issue& issue) { issue.is_template = true; });
    Edge("bd-b", "bd-a");
  }
  Status Update(const std::string& id, const FieldChanges& changes) {
    EditContext context = Context();
    return UpdateIssue(context, id, changes);
  }
  Status Claim(const std::string& id, const std::string& actor = "tester") {
    EditContext context = EditAt(tx_, TestNow(), actor);
    return ClaimIssue(context, id);
  }
  Status Close(const std::string& id, const CloseOptions& options = {}) {
    EditContext context = Context();
    return CloseIssue(context, id, options);
  }
  Status Reopen(const std::string& id, const std::string& reason = "") {
    EditContext context = Context();
    return ReopenIssue(context, id, reason);
  }
  Status Label(const std::string& id, const LabelChanges& changes) {
    EditContext context = Context();
    return ChangeLabels(context, id, changes);
  }
};

TEST_F(Updating, AChangeIsMarkedDatedAndRemembered) {
  Must(Update("bd-a", With(&FieldChanges::title, "New")));
  EXPECT_EQ(Find("bd-a").title, "New");
  EXPECT_EQ(Find("bd-a").updated_at, TestNow());
  EXPECT_EQ(Dirty(), "bd-a");
  EXPECT_EQ(Events("bd-a"), "updated");
}

// Whatever the clock says, the later version is to be told from the earlier one.
TEST_F(Updating, TheMomentOfAnIssueOnlyGrows) {
  const Time ahead = TestNow().Plus(3'600'000'000'000);
  Add("bd-x", [&](Issue& issue) { issue.updated_at = ahead; });
  Must(Update("bd-x", With(&FieldChanges::title, "New")));
  EXPECT_GT(Find("bd-x").updated_at, ahead);
  const Time once = Find("bd-x").updated_at;
  Must(Label("bd-x", {std::nullopt, {"later"}, {}}));
  EXPECT_GT(Find("bd-x").updated_at, once);
}

TEST_F(Updating, WhatIsRefusedChangesNothing) {
  Add("bd-r", [](Issue& issue) { issue.external_ref = "gh-1"; });
  EXPECT_EQ(Update("bd-a", With(&FieldChanges::title, "  ")).error().code, Code::kInvalid);
  EXPECT_EQ(Update("bd-a", With(&FieldChanges::title, std::string(501, 'x'))).error().code, Code::kInvalid);
  EXPECT_EQ(Update("bd-a", With(&FieldChanges::status, "tombstone")).error().code, Code::kInvalid);
  EXPECT_EQ(Update("bd-a", With(&FieldChanges::status, "sleeping")).error().code, Code::kInvalid);
  EXPECT_EQ(Update("bd-a", With(&FieldChanges::issue_type, "idea")).error().code, Code::kInvalid);
  EXPECT_EQ(Update("bd-a", With(&FieldChanges::priority, 5)).error().code, Code::kInvalid);
  EXPECT_EQ(Update("bd-a", With(&FieldChanges::priority, -1)).error().code, Code::kInvalid);
  EXPECT_EQ(Update("bd-a", With(&FieldChanges::estimated_minutes, -1)).error().code, Code::kInvalid);
  EXPECT_EQ(Update("bd-a", With(&FieldChanges::external_ref, "gh-1")).error().code, Code::kConflict);
  EXPECT_EQ(Update("bd-none", With(&FieldChanges::title, "New")).error().code, Code::kNotFound);
  EXPECT_EQ(Update("bd-t", With(&FieldChanges::title, "New")).error().code, Code::kInvalid);
  EXPECT_EQ(Dirty(), "");
  Must(Update("bd-r", With(&FieldChanges::external_ref, "gh-1")));  // its own
}

TEST_F(Updating, AStatusBringsItsDatesAndFreesWhoWaits) {
  Must(Update("bd-a", With(&FieldChanges::status, "closed")));
  EXPECT_EQ(Find("bd-a").closed_at, TestNow());
  EXPECT_EQ(Events("bd-a"), "closed");
  EXPECT_EQ(Blocked(), "");
  Must(Update("bd-a", With(&FieldChanges::status, "in_progress")));
  EXPECT_FALSE(Find("bd-a").closed_at.has_value());
  EXPECT_EQ(Events("bd-a"), "closed reopened");
  EXPECT_EQ(Blocked(), "bd-b");
  Must(Update("bd-a", With(&FieldChanges::status, "open")));
  EXPECT_EQ(Events("bd-a"), "closed reopened status_changed");
}

TEST_F(Updating, NotesAreAppendedAsLines) {
  Must(Update("bd-a", With(&FieldChanges::append_notes, "one")));
  Must(Update("bd-a", With(&FieldChanges::append_notes, "two")));
  EXPECT_EQ(Find("bd-a").notes, "one\ntwo");
}

TEST_F(Updating, DatesAreTakenAwayOnlyWhenAsked) {
  Must(Update("bd-a", With(&FieldChanges::due_at, TestNow())));
  Must(Update("bd-a", With(&FieldChanges::defer_until, TestNow())));
  Must(Update("bd-a", With(&FieldChanges::title, "New")));
  EXPECT_EQ(Find("bd-a").due_at, TestNow());
  Must(Update("bd-a", With(&FieldChanges::clear_due, true)));
  EXPECT_FALSE(Find("bd-a").due_at.has_value());
  EXPECT_EQ(Find("bd-a").defer_until, TestNow());
}

TEST_F(Updating, WhatBecomesEphemeralStaysInTheFileAndWhatWasLocalComesIntoIt) {
  Must(Update("bd-a", With(&FieldChanges::ephemeral, true)));
  EXPECT_TRUE(Must(IsExported(tx_, Find("bd-a"))));
  Add("bd-local", [](Issue& issue) { issue.ephemeral = true; });
  EXPECT_FALSE(Must(IsExported(tx_, Find("bd-local"))));
  Must(Update("bd-local", With(&FieldChanges::ephemeral, false)));
  EXPECT_EQ(Dirty(), "bd-a bd-local");
  EXPECT_FALSE(Must(BaseLine(tx_, "bd-local")).has_value());  // no file has had it
}

TEST_F(Updating, AnIssueHasOneClaimant) {
  Must(Claim("bd-a"));
  EXPECT_EQ(Find("bd-a").assignee, "tester");
  EXPECT_EQ(Find("bd-a").status, "in_progress");
  EXPECT_EQ(Events("bd-a"), "status_changed claimed");
  EXPECT_EQ(Claim("bd-a", "other").error().message, "issue already claimed by tester");
  Must(Claim("bd-a"));
  EXPECT_EQ(Events("bd-a"), "status_changed claimed");
  Must(Close("bd-a"));
  EXPECT_EQ(Claim("bd-a").error().code, Code::kInvalid);
  EXPECT_EQ(Claim("bd-t").error().code, Code::kInvalid);
}

TEST_F(Updating, WhoIsAssignedBeginsByClaiming) {
  Add("bd-m", [](Issue& issue) { issue.assignee = "tester"; });
  Must(Claim("bd-m"));
  EXPECT_EQ(Find("bd-m").status, "in_progress");
}

TEST_F(Updating, ClosingNeedsAFreeIssueOrForce) {
  EXPECT_EQ(Close("bd-b").error().message,
            "cannot close bd-b: blocked by open issues [bd-a] (use --force to override)");
  Must(Close("bd-b", ClosedAs("anyway", true)));
  EXPECT_EQ(Find("bd-b").close_reason, "anyway");
  EXPECT_EQ(Find("bd-b").closed_at, TestNow());
  Add("bd-p", [](Issue& issue) { issue.pinned = true; });
  EXPECT_EQ(Close("bd-p").error().code, Code::kInvalid);
  EXPECT_EQ(Close("bd-t").error().code, Code::kInvalid);
  EXPECT_EQ(Find("bd-p").status, "open");
}

TEST_F(Updating, ClosingFreesAndReopeningBlocksAgain) {
  Must(Close("bd-a", ClosedAs("done")));
  EXPECT_EQ(Blocked(), "");
  Must(Close("bd-b"));
  Must(Reopen("bd-b"));
  Must(Reopen("bd-a", "not done"));
  EXPECT_EQ(Blocked(), "bd-b");
  EXPECT_EQ(Find("bd-a").close_reason, "");
  EXPECT_FALSE(Find("bd-a").closed_at.has_value());
  ASSERT_EQ(Find("bd-a").comments.size(), 1);
  EXPECT_EQ(Find("bd-a").comments[0].text, "not done");
  EXPECT_EQ(Find("bd-a").comments[0].author, "tester");
}

TEST_F(Updating, DeferringIsForWhatIsNotClosed) {
  EditContext context = Context();
  Must(DeferIssue(context, "bd-c", TestNow().Plus(1)));
  EXPECT_EQ(Find("bd-c").status, "deferred");
  EXPECT_EQ(Find("bd-c").defer_until, TestNow().Plus(1));
  Must(UndeferIssue(context, "bd-c"));
  EXPECT_EQ(Find("bd-c").status, "open");
  EXPECT_FALSE(Find("bd-c").defer_until.has_value());
  Must(Close("bd-c"));
  EXPECT_EQ(DeferIssue(context, "bd-c", std::nullopt).error().code, Code::kInvalid);
  EXPECT_EQ(UndeferIssue(context, "bd-c").error().code, Code::kInvalid);
}

TEST_F(Updating, LabelsAreASet) {
  Must(Label("bd-a", {std::nullopt, {" one ", "two", "one", ""}, {}}));
  EXPECT_EQ(Join(Find("bd-a").labels, " "), "one two");
  EXPECT_EQ(Events("bd-a"), "label_added label_added");
  EXPECT_EQ(Dirty(), "bd-a");
  const Time before = Find("bd-a").updated_at;
  Must(Label("bd-a", {std::nullopt, {"two"}, {"none"}}));
  EXPECT_EQ(Find("bd-a").updated_at, before);
  Must(Label("bd-a", {std::vector<std::string>{"two", "three"}, {}, {}}));
  EXPECT_EQ(Join(Find("bd-a").labels, " "), "three two");
  EXPECT_EQ(Events("bd-a"), "label_added label_added label_added label_removed");
  Must(Label("bd-a", {std::nullopt, {"x"}, {"x"}}));
  EXPECT_EQ(Join(Find("bd-a").labels, " "), "three two");
}

TEST_F(Updating, ACommentIsAChangeOfItsIssue) {
  const std::string before = IssueLine(Find("bd-a"));
  EditContext context = Context();
  Must(AddComment(context, "bd-a", "someone", "text"));
  EXPECT_EQ(Must(BaseLine(tx_, "bd-a")), before);
  EXPECT_EQ(Find("bd-a").comments.size(), 1);
  EXPECT_EQ(Find("bd-a").updated_at, TestNow());
  EXPECT_EQ(Dirty(), "bd-a");
  EXPECT_EQ(AddComment(context, "bd-a", "someone", " \n").error().code, Code::kInvalid);
  EXPECT_EQ(AddComment(context, "bd-none", "someone", "text").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace bd
