// engine/sync/publisher.h: lines that nobody can read, and issues whose lines were destroyed.
#include <gtest/gtest.h>

#include "engine/edit/delete.h"
#include "engine/sync/other_version.h"
#include "engine/sync/publisher.h"
#include "tests/support/publishing.h"

namespace bd {
namespace {

// In a version that comes out, or that a crash left, such a line is as much somebody's as in the file.
TEST(PublishLines, KeepsWhatNobodyCanReadOfAnotherVersion) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Export();
  const std::string left = clone.directory().Path("beads.db.publish.0123456789abcdef");
  // With zeros in it a line is a block that was never written.
  Must(os::ReplaceFile(left, Cat(LineOf("bd-z"), "what is this\n", std::string(3, '\0'), "x\n", "cut of"),
                       0644));
  clone.Add("bd-b");
  clone.Export();
  EXPECT_FALSE(os::Exists(left));
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-z") + "what is this\n");
  clone.Add("bd-c");
  clone.Export();
  EXPECT_EQ(clone.Read(),
            LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-c") + LineOf("bd-z") + "what is this\n");
}

// A merge by hand leaves such files. What either line says counts, and the file is to say it in one.
TEST(PublishLines, MakesOneOfTwoLinesThatANewStoreHasFound) {
  PublishingClone clone;
  Issue first = NamedIssue("bd-a"), second = first;
  first.labels = {"one"};
  second.labels = {"two"};
  clone.Write(Cat(IssueLine(first), "\n", IssueLine(second), "\n"));
  clone.TakeIn();
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  first.labels = {"one", "two"};
  first.updated_at = first.updated_at.Plus(1'000);  // later than either
  EXPECT_EQ(clone.Read(), IssueLine(first) + "\n");
}

// Who writes late into a version that was replaced did not see what has been published since: he takes
// nothing of it away.
TEST(PublishLines, AnOldVersionTakesNothingAway) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Edit([](EditContext& context) { Must(AddLabel(context.tx, "bd-a", "published")); });
  clone.Export();
  clone.Edit([](EditContext& context) {
    Must(MarkDirty(context.tx, "bd-a", TestNow().Plus(5)));
    Must(AddLabel(context.tx, "bd-a", "ours"));
  });
  Issue late = NamedIssue("bd-a", "written late");
  late.updated_at = late.updated_at.Plus(1'000'000'000);
  late.labels = {"theirs"};
  const std::string old = clone.directory().Path("old.jsonl");
  Must(os::ReplaceFile(old, IssueLine(late) + "\n", 0644));
  Tx tx = Must(clone.store().BeginWrite());
  Must(TakeInOtherVersion(tx, old, OtherVersion::kOld, TestNow().Plus(6)));
  const std::optional<Issue> merged = Must(FindIssue(tx, "bd-a"));
  EXPECT_EQ(merged->labels, (std::vector<std::string>{"ours", "published", "theirs"}));
  EXPECT_EQ(merged->title, "written late");
}

// Both say that they are ephemeral; the one in the file is another issue, and stays in it.
TEST(PublishLines, WhatIsOnlyHereStaysHereWhenAnotherIssueComesUnderItsId) {
  PublishingClone clone;
  Issue here = NamedIssue("bd-a", "only here"), there = NamedIssue("bd-a", "from elsewhere");
  here.ephemeral = there.ephemeral = true;
  there.created_at = there.updated_at = TestNow();
  clone.Edit([&here](EditContext& context) { Must(InsertIssueRow(context.tx, here)); });
  clone.Write(IssueLine(there) + "\n");
  clone.TakeIn();
  clone.Add("bd-b");
  clone.Export();
  EXPECT_EQ(clone.Read().find("only here"), std::string::npos);
  EXPECT_NE(clone.Read().find("from elsewhere"), std::string::npos);
}

// A clone may have it from before it was told to belong there, or from a version that nobody has any more.
TEST(PublishLines, AnEphemeralIssueThatTheFileHasStaysInIt) {
  PublishingClone clone;
  Issue here = NamedIssue("bd-a"), there = here;
  here.ephemeral = there.ephemeral = true;
  there.notes = "newer";
  there.updated_at = TestNow();
  clone.Edit([&here](EditContext& context) { Must(InsertIssueRow(context.tx, here)); });
  clone.Write(IssueLine(there) + "\n");
  clone.TakeIn();
  clone.Add("bd-b");
  PublishOptions whole = clone.Options();
  whole.full = true;
  EXPECT_EQ(Must(Publish(clone.store(), whole)).outcome, Outcome::kPublished);
  EXPECT_EQ(clone.Read(), IssueLine(there) + "\n" + LineOf("bd-b"));
}

// They wait in the store until a publish has written them; the file may be read in between.
TEST(PublishLines, WritesWhatWasSetAsideAlthoughTheFileWasReadMeanwhile) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Export();
  const std::string other = clone.directory().Path("other.jsonl");
  Must(os::ReplaceFile(other, "what is this\n", 0644));
  Tx tx = Must(clone.store().BeginWrite());
  Must(TakeInOtherVersion(tx, other, OtherVersion::kOld, TestNow()));
  Must(clone.store().Commit(std::move(tx)));
  clone.Write(LineOf("bd-a") + "and this\n");
  clone.TakeIn();
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + "and this\nwhat is this\n");
  EXPECT_EQ(clone.Export().outcome, Outcome::kNothingToDo);
}

// The issue whose line was destroyed is no longer in the file, whatever the rest of the line says.
TEST(PublishLines, WritesAnIssueAgainOfWhoseLineTheEndIsGone) {
  PublishingClone clone;
  for (const char* id : {"bd-a", "bd-b"}) clone.Add(id);
  clone.Export();
  const std::string rest = LineOf("bd-b").substr(0, 20);
  clone.Write(LineOf("bd-a") + rest + "\n");
  clone.TakeIn();
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + rest + "\n");
}

// Of a file that is still being written, no look can say what will be missing in the end; the last one must.
TEST(PublishLines, WritesAnIssueAgainThatWasMissingBesideACutOffLine) {
  PublishingClone clone;
  for (const char* id : {"bd-a", "bd-b", "bd-c"}) clone.Add(id);
  clone.Export();
  clone.Write(LineOf("bd-a") + LineOf("bd-b").substr(0, 20));
  clone.TakeIn();
  clone.Write(LineOf("bd-a"));
  clone.TakeIn();
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-c"));
}

// Bit rot, or a tool that puts times back: the record fits, the bytes do not.
TEST(PublishLines, ReadsAFileAnewWhoseBytesChangedUnderItsStamps) {
  PublishingClone clone;
  for (const char* id : {"bd-a", "bd-b", "bd-c"}) clone.Add(id);
  clone.Export();
  const os::FileInfo before = Must(os::Stat(clone.File()));
  const std::string text = clone.Read();
  const os::Fd file = Must(os::OpenReadWrite(clone.File(), 0644));
  Must(os::Write(file, std::string(text.size() - 1, '?')));
  Must(os::SetModificationTime(file, before.mtime_ns));
  const os::FileInfo after = Must(os::Stat(clone.File()));
  ASSERT_EQ(after.size, before.size);
  clone.Edit([&](EditContext& context) {
    FileRecord record = *Must(LoadFileRecord(context.tx));
    record.ctime_ns = after.ctime_ns;
    Must(SaveFileRecord(context.tx, record));
  });
  clone.Add("bd-d");
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  EXPECT_TRUE(clone.Read().starts_with(LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-c") + LineOf("bd-d")));
  EXPECT_EQ(clone.Dirty(), 0);
}

// Whoever formats the file anew says nothing new by it, also about an id that was used again.
TEST(PublishLines, ATombstoneThatWasTheFilesDoesNotTakeTheNewIssueOfItsId) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Edit([](EditContext& context) {
    Must(ExecuteDelete(context, Must(PlanDelete(context, {"bd-a"}, false)), {}));
  });
  clone.Export();
  std::string line = clone.Read();
  clone.Edit([](EditContext& context) {
    NewIssue request;
    request.issue = NamedIssue("bd-a", "New");
    Must(CreateIssue(context, request));
  });
  clone.Write(line.replace(line.find(','), 1, ", "));
  clone.TakeIn();
  EXPECT_EQ(clone.Find("bd-a")->title, "New");
  EXPECT_EQ(clone.Find("bd-a")->status, "open");
  clone.Export();
  EXPECT_EQ(clone.Find("bd-a")->title, "New");
}

}  // namespace
}  // namespace bd
