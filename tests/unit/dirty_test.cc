// engine/storage/dirty.h: which issues differ from the file, and what the file had of them.
#include "engine/storage/dirty.h"

#include <gtest/gtest.h>

#include "tests/support/workspace.h"

namespace bd {
namespace {

Issue Named(const std::string& id) {
  Issue issue;
  issue.id = id;
  issue.title = "Title of " + id;
  issue.status = "open";
  issue.issue_type = "task";
  issue.created_at = issue.updated_at = *ParseTime("2024-01-01T00:00:00Z");
  return issue;
}

// A store with issues that are clean, in an open write transaction.
class DirtyMarksTest : public testing::Test {
 protected:
  DirtyMarksTest() : store_(MemoryStore()), tx_(Must(store_.BeginWrite())) {
    for (int i = 0; i < 200; ++i) Must(InsertIssueRow(tx_, Named(Cat("bd-", i))));
  }
  // As a new transaction: what it marked before is forgotten.
  void NextTransaction() { tx_.marked().clear(); }
  // Changes bd-1 in a transaction of its own, at a moment whose marks are in order as texts, too. Returns its
  // line.
  std::string ChangeTo(const std::string& title, bool ephemeral = false) {
    NextTransaction();
    Must(MarkDirty(tx_, "bd-1", TestNow().Plus(111'111'111)));
    Issue changed = Named("bd-1");
    changed.title = title;
    changed.ephemeral = ephemeral;
    Must(UpdateIssueRow(tx_, changed));
    return IssueLine(changed);
  }
  Store store_;
  Tx tx_;
};

using Marks = DirtyMarksTest;

TEST_F(Marks, TheBaseIsTheLineBeforeTheFirstChange) {
  Must(MarkDirty(tx_, "bd-1", TestNow()));
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), IssueLine(Named("bd-1")));
  Issue changed = Named("bd-1");
  changed.title = "changed";
  Must(UpdateIssueRow(tx_, changed));
  NextTransaction();
  Must(MarkDirty(tx_, "bd-1", TestNow()));
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), IssueLine(Named("bd-1")));
  EXPECT_TRUE(Must(IsDirty(tx_, "bd-1")));
  EXPECT_FALSE(Must(IsDirty(tx_, "bd-2")));
  EXPECT_EQ(Must(DirtyCount(tx_)), 1);
}

// Whoever published the second of three states may have died before he said so.
TEST_F(Marks, WhatADirtyIssuePassesThroughIsKnownUntilItIsClean) {
  const std::string second = ChangeTo("second");
  EXPECT_FALSE(Must(HasPassed(tx_, "bd-1", second)));
  const std::string third = ChangeTo("third");
  EXPECT_TRUE(Must(HasPassed(tx_, "bd-1", second)));
  EXPECT_FALSE(Must(HasPassed(tx_, "bd-1", third)));
  EXPECT_FALSE(Must(HasPassed(tx_, "bd-2", second)));
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), IssueLine(Named("bd-1")));
  EXPECT_EQ(Must(ClearDirty(tx_, Must(DirtyMarks(tx_)))), 1);
  EXPECT_FALSE(Must(HasPassed(tx_, "bd-1", second)));
}

// The file has the second of four states by then: what comes of it stems from that one, not from the first.
TEST_F(Marks, WhatWasPublishedIsTheBaseOfWhatWasChangedMeanwhile) {
  const std::string second = ChangeTo("second");
  const std::vector<DirtyMark> published = Must(DirtyMarks(tx_));
  ChangeTo("third");
  ChangeTo("fourth");
  EXPECT_EQ(Must(ClearDirty(tx_, published)), 0);
  EXPECT_TRUE(Must(IsDirty(tx_, "bd-1")));
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), second);
}

TEST_F(Marks, WhatAnImportFindsIsTheBaseAndTheStateBeforeHasPassed) {
  const std::string second = ChangeTo("second");
  NextTransaction();
  Must(MarkDirtyWithBase(tx_, "bd-1", "{\"id\":\"bd-1\"}", TestNow()));
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), "{\"id\":\"bd-1\"}");
  EXPECT_TRUE(Must(HasPassed(tx_, "bd-1", second)));
}

// An ephemeral issue has no line: nobody agreed on it.
TEST_F(Marks, AStateThatIsNotExportedIsNoBase) {
  ChangeTo("second", /*ephemeral=*/true);
  const std::vector<DirtyMark> published = Must(DirtyMarks(tx_));
  ChangeTo("third");
  EXPECT_EQ(Must(ClearDirty(tx_, published)), 0);
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), IssueLine(Named("bd-1")));
}

// The one that had its id may still be in the file.
TEST_F(Marks, ANewIssueHasNoBaseAndWhatWasRemovedIsKnown) {
  Must(MarkRemoved(tx_, "bd-1"));
  EXPECT_EQ(Must(RemovedIds(tx_)), std::vector<std::string>{"bd-1"});
  Must(MarkDirty(tx_, "bd-1", TestNow()));
  EXPECT_NE(Must(BaseLine(tx_, "bd-1")), std::nullopt);
  Must(MarkNew(tx_, "bd-1", TestNow()));
  EXPECT_EQ(Must(RemovedIds(tx_)), std::vector<std::string>{"bd-1"});
  Must(MarkRemoved(tx_, "bd-x"));
  EXPECT_EQ(Must(PendingCount(tx_)), 2);  // of one id there is one change
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), std::nullopt);
}

TEST_F(Marks, AMarkGrowsWithEveryChangeWhateverTheClockSays) {
  std::string last;
  for (const Time& now : {TestNow(), TestNow(), TestNow().Plus(-3600 * kNanosPerSecond)}) {
    NextTransaction();
    Must(MarkDirty(tx_, "bd-1", now));
    const std::string mark = Must(DirtyMarks(tx_))[0].marked_at;
    if (!last.empty()) {
      EXPECT_GT(*ParseTime(mark), *ParseTime(last));
    }
    last = mark;
  }
}

TEST_F(Marks, OnlyTheMarkThatWasExportedIsCleared) {
  Must(MarkDirty(tx_, "bd-1", TestNow()));
  Must(MarkDirty(tx_, "bd-2", TestNow()));
  const std::vector<DirtyMark> exported = Must(DirtyMarks(tx_));
  NextTransaction();
  Must(MarkDirty(tx_, "bd-1", TestNow()));
  EXPECT_EQ(Must(ClearDirty(tx_, exported)), 1);
  EXPECT_TRUE(Must(IsDirty(tx_, "bd-1")));
  EXPECT_TRUE(Must(BaseLine(tx_, "bd-1")).has_value());
  EXPECT_FALSE(Must(IsDirty(tx_, "bd-2")));
  EXPECT_FALSE(Must(BaseLine(tx_, "bd-2")).has_value());
  EXPECT_EQ(Must(ClearDirty(tx_, exported)), 0);
}

// An import marks many at one moment, and they are cleared together.
TEST_F(Marks, ManyOfOneMomentAreClearedTogether) {
  for (int i = 0; i < 100; ++i) Must(MarkDirty(tx_, Cat("bd-", i), TestNow()));
  const std::vector<DirtyMark> exported = Must(DirtyMarks(tx_));
  Must(MarkDirty(tx_, "bd-150", TestNow().Plus(1)));
  EXPECT_EQ(Must(ClearDirty(tx_, exported)), 100);
  EXPECT_EQ(Must(DirtyCount(tx_)), 1);
  EXPECT_TRUE(Must(BaseLine(tx_, "bd-150")).has_value());
  EXPECT_FALSE(Must(BaseLine(tx_, "bd-1")).has_value());
  NextTransaction();
  for (int i = 0; i < 100; ++i) Must(MarkDirty(tx_, Cat("bd-", i), TestNow().Plus(1)));
  EXPECT_EQ(Must(ClearDirty(tx_, Must(DirtyMarks(tx_)))), 101);
  EXPECT_EQ(Must(DirtyCount(tx_)), 0);
  EXPECT_FALSE(Must(BaseLine(tx_, "bd-1")).has_value());
}

// As many have that moment as were exported, but not the same ones.
TEST_F(Marks, WhatWasMarkedInTheMeantimeStaysEvenAtTheSameMoment) {
  for (int i = 0; i < 100; ++i) Must(MarkDirty(tx_, Cat("bd-", i), TestNow()));
  const std::vector<DirtyMark> exported = Must(DirtyMarks(tx_));
  NextTransaction();
  Must(MarkDirty(tx_, "bd-7", TestNow()));    // moves on
  Must(MarkDirty(tx_, "bd-150", TestNow()));  // takes its place
  EXPECT_EQ(Must(ClearDirty(tx_, exported)), 99);
  EXPECT_TRUE(Must(IsDirty(tx_, "bd-7")));
  EXPECT_TRUE(Must(IsDirty(tx_, "bd-150")));
  EXPECT_EQ(Must(DirtyCount(tx_)), 2);
}

TEST_F(Marks, ABaseThatAnotherProgramLeftIsNone) {
  Must(MarkDirty(tx_, "bd-1", TestNow()));
  // It exported the issue and cleared the mark, but knows nothing of our base.
  Must(tx_.db().Run("DELETE FROM dirty_issues"));
  Issue changed = Named("bd-1");
  changed.title = "exported by the other";
  Must(UpdateIssueRow(tx_, changed));
  NextTransaction();
  Must(MarkDirty(tx_, "bd-1", TestNow()));
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), IssueLine(changed));
}

TEST_F(Marks, EphemeralIssuesAreMarkedOnlyIfTheyCameInTheFile) {
  Issue ephemeral = Named("bd-e");
  ephemeral.ephemeral = true;
  Must(InsertIssueRow(tx_, ephemeral));
  EXPECT_FALSE(Must(IsExported(tx_, ephemeral)));
  Must(MarkDirty(tx_, "bd-e", TestNow()));
  EXPECT_FALSE(Must(IsDirty(tx_, "bd-e")));
  Must(ShareEphemeral(tx_, "bd-e"));
  Must(MarkDirty(tx_, "bd-e", TestNow()));
  EXPECT_TRUE(Must(IsDirty(tx_, "bd-e")));
}

TEST_F(Marks, WhoWaitsKnowsWhenItsMarksAreGone) {
  EXPECT_EQ(Must(NewestMark(tx_)), "");
  EXPECT_FALSE(Must(HasMarkUpTo(tx_, "")));
  Must(MarkDirty(tx_, "bd-1", TestNow().Plus(111'111'111)));
  const std::string newest = Must(NewestMark(tx_));
  const std::vector<DirtyMark> exported = Must(DirtyMarks(tx_));
  EXPECT_TRUE(Must(HasMarkUpTo(tx_, newest)));
  EXPECT_EQ(Must(ClearDirty(tx_, exported)), 1);
  Must(MarkDirty(tx_, "bd-2", TestNow().Plus(222'222'222)));  // of somebody who came later
  EXPECT_FALSE(Must(HasMarkUpTo(tx_, newest)));
}

TEST_F(Marks, ForgettingTakesMarkAndBase) {
  Must(MarkDirtyWithBase(tx_, "bd-1", "{\"id\":\"bd-1\"}", TestNow()));
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), "{\"id\":\"bd-1\"}");
  Must(ForgetDirty(tx_, "bd-1"));
  EXPECT_FALSE(Must(IsDirty(tx_, "bd-1")));
  EXPECT_EQ(Must(BaseLine(tx_, "bd-1")), std::nullopt);
  Must(MarkRemoved(tx_, "bd-x"));
  Must(MarkRemoved(tx_, "bd-x"));
  Must(ForgetRemoved(tx_, "bd-x"));
  EXPECT_TRUE(Must(RemovedIds(tx_)).empty());
}

TEST_F(Marks, AllIssuesOfAStoreThatWasEmptyAreNew) {
  Must(MarkAllNew(tx_, TestNow()));
  EXPECT_EQ(Must(DirtyCount(tx_)), 200);
  EXPECT_EQ(Must(BaseLine(tx_, "bd-5")), std::nullopt);
}

}  // namespace
}  // namespace bd
