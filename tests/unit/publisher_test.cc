// engine/sync/publisher.h: from the store to the shared file, and what comes in between.
#include "engine/sync/publisher.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/os/clock.h"
#include "engine/os/lock.h"
#include "engine/storage/dirty.h"
#include "engine/sync/other_version.h"
#include "tests/support/marks.h"
#include "tests/support/other_process.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

using Outcome = PublishReport::Outcome;

Issue Named(const std::string& id, const std::string& title = "Title") {
  Issue issue;
  issue.id = id;
  issue.title = title;
  issue.status = "open";
  issue.issue_type = "task";
  issue.created_at = issue.updated_at = *ParseTime("2024-01-01T00:00:00Z");
  return issue;
}
std::string LineOf(const std::string& id, const std::string& title = "Title") {
  return IssueLine(Named(id, title)) + "\n";
}

void Add(TestClone& clone, const std::string& id, const Time& now = TestNow().Plus(111'111'111)) {
  clone.Edit([&](EditContext& context) {
    Must(InsertIssueRow(context.tx, Named(id)));
    Must(MarkNew(context.tx, id, now));
  });
}

int64_t Dirty(TestClone& clone) {
  Tx tx = Must(clone.store().BeginRead());
  return Must(DirtyCount(tx));
}

PublishOptions Options(TestClone& clone) {
  PublishOptions options;
  options.path = clone.File();
  options.lock_path = clone.directory().Path(".jsonl.lock");
  options.git_wait_ms = 0;
  return options;
}

// A file as somebody leaves it who is still at work: its time is now.
void WriteNow(const std::string& path, std::string_view bytes) { Must(os::ReplaceFile(path, bytes, 0644)); }

void Append(const std::string& path, std::string_view bytes) {
  os::Fd file = Must(os::OpenAppend(path, 0644));
  Must(os::Write(file, bytes));
}

// --- What it does

TEST(Publish, WritesWhatIsDirtyAndThenHasNothingToDo) {
  TestClone clone;
  EXPECT_EQ(clone.Export().outcome, Outcome::kNothingToDo);
  EXPECT_FALSE(os::Exists(clone.File()));
  Add(clone, "bd-b");
  Add(clone, "bd-a");
  const PublishReport report = clone.Export();
  EXPECT_EQ(report.outcome, Outcome::kPublished);
  EXPECT_EQ(report.exported, 2);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b"));
  EXPECT_EQ(Dirty(clone), 0);
  EXPECT_EQ(clone.Export().outcome, Outcome::kNothingToDo);
}

TEST(Publish, OneChangeLeavesTheOtherBytesAlone) {
  TestClone clone;
  for (const char* id : {"bd-a", "bd-c", "bd-e"}) Add(clone, id);
  clone.Export();
  MarkWatch full("publish.full");
  Add(clone, "bd-d");
  clone.Export();
  EXPECT_EQ(full.taken(), 0);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-c") + LineOf("bd-d") + LineOf("bd-e"));
  clone.Edit([](EditContext& context) {
    Must(DeleteIssueRows(context.tx, "bd-c"));
    Must(MarkRemoved(context.tx, "bd-c"));
  });
  clone.Export();
  EXPECT_EQ(full.taken(), 0);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-d") + LineOf("bd-e"));
}

TEST(Publish, TheFileKeepsItsRights) {
  TestClone clone;
  Add(clone, "bd-a");
  clone.Export();
  ASSERT_EQ(chmod(clone.File().c_str(), 0664), 0);
  Add(clone, "bd-b");
  clone.Export();
  EXPECT_EQ(Must(os::Stat(clone.File())).mode, 0664u);
}

// What the last publish took out stays for one generation, the one before it goes.
TEST(Publish, OneGenerationIsKept) {
  TestClone clone;
  for (const char* id : {"bd-a", "bd-b", "bd-c", "bd-d"}) {
    Add(clone, id);
    clone.Export();
  }
  int kept = 0;
  for (const std::string& name : Must(os::ListDirectory(clone.directory().path())))
    kept += name.starts_with("beads.db.publish.");
  EXPECT_EQ(kept, 1);
}

// --- Git

// The directory of a repository in which git holds its lock.
std::string LockedGit(TestClone& clone) {
  const std::string git = clone.directory().Path("git");
  Must(os::MakeDirectory(git, 0755));
  Must(os::ReplaceFile(git + "/index.lock", "", 0644));
  return git;
}

TEST(PublishGit, WhileGitHoldsItsLockNothingIsWritten) {
  TestClone clone;
  Add(clone, "bd-a");
  PublishOptions options = Options(clone);
  options.git_dir = LockedGit(clone);
  options.git_wait_ms = 50;
  const int64_t begin = os::MonotonicMs();
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kGitIsBusy);
  EXPECT_GE(os::MonotonicMs() - begin, 50);
  EXPECT_FALSE(os::Exists(clone.File()));
  EXPECT_EQ(Dirty(clone), 1);
  Must(os::Unlink(options.git_dir + "/index.lock"));
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kPublished);
}

TEST(PublishGit, ItIsDoneAsSoonAsGitIs) {
  TestClone clone;
  Add(clone, "bd-a");
  PublishOptions options = Options(clone);
  options.git_dir = LockedGit(clone);
  options.git_wait_ms = 60'000;
  Meanwhile git([&] {
    os::SleepMs(100);
    return os::Unlink(options.git_dir + "/index.lock").has_value();
  });
  const int64_t begin = os::MonotonicMs();
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kPublished);
  EXPECT_LT(os::MonotonicMs() - begin, 30'000);
  EXPECT_TRUE(git.Succeeded());
}

TEST(PublishGit, TheLockOfACrashedGitAndGitsOwnHookAreNotWaitedFor) {
  TestClone clone;
  PublishOptions options = Options(clone);
  options.git_dir = LockedGit(clone);
  Add(clone, "bd-a");
  options.inside_git = true;
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kPublished);
  Add(clone, "bd-b");
  options.inside_git = false;
  {
    os::Fd lock = Must(os::OpenReadWrite(options.git_dir + "/index.lock", 0644));
    Must(os::SetModificationTime(lock, os::WallNanos() - kAbandonedLockNanos - 1'000'000'000));
  }
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kPublished);
}

// Git writes a file in place: what ends without a line feed a moment ago is not finished.
TEST(PublishGit, AYoungFileWithoutItsEndIsLeftToItsWriter) {
  TestClone clone;
  Add(clone, "bd-a");
  const std::string half = LineOf("bd-z").substr(0, 30);
  WriteNow(clone.File(), half);
  EXPECT_EQ(clone.Export().outcome, Outcome::kGitIsBusy);
  EXPECT_EQ(clone.Read(), half);
  EXPECT_EQ(Dirty(clone), 1);
  WriteNow(clone.File(), LineOf("bd-z"));
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-z"));
}

TEST(PublishGit, AFileWithConflictMarkersIsNotTouched) {
  TestClone clone;
  Add(clone, "bd-a");
  const std::string conflict =
      "<<<<<<< HEAD\n" + LineOf("bd-x", "ours") + "=======\n" + LineOf("bd-x", "theirs") + ">>>>>>> branch\n";
  clone.Write(conflict);
  for (bool full : {false, true}) {
    EXPECT_EQ(clone.Export(full).outcome, Outcome::kConflicted);
    EXPECT_EQ(clone.Read(), conflict);
    EXPECT_EQ(Dirty(clone), 1);
    EXPECT_FALSE(clone.Find("bd-x").has_value());
  }
}

// --- What others write in the meantime

TEST(PublishMeanwhile, AFileThatChangedIsTakenInFirst) {
  TestClone clone;
  Add(clone, "bd-a");
  clone.Write(LineOf("bd-z"));
  MarkWatch first("publish.takes_in_first");
  const PublishReport report = clone.Export();
  EXPECT_EQ(first.taken(), 1);
  EXPECT_EQ(report.taken_in.created, 1);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-z"));
}

// Full versions of many lines say how far they are, which lets a test act in the middle.
class PublishInTheMiddle : public testing::Test {
 protected:
  static constexpr int kIssues = 4200;
  PublishInTheMiddle() {
    clone_.Edit([](EditContext& context) {
      for (int i = 0; i < kIssues; ++i) Must(InsertIssueRow(context.tx, Named(Cat("bd-", i))));
      Must(MarkAllNew(context.tx, TestNow()));
    });
    clone_.Export();
    Add(clone_, "bd-new");
  }
  // Runs `act` once, behind the look at the file and before the exchange.
  template <typename Act>
  PublishReport ExportAnd(Act act) {
    PublishOptions options = Options(clone_);
    options.full = true;
    int times = 0;
    options.progress = [&](int64_t, int64_t) {
      if (times++ == 0) act();
    };
    const PublishReport report = Must(Publish(clone_.store(), options));
    EXPECT_GE(times, 1);
    return report;
  }
  std::string Sorted() { return clone_.Read(); }
  TestClone clone_;
};

TEST_F(PublishInTheMiddle, WhatIsAppendedBeforeTheExchangeIsNotLost) {
  MarkWatch unexpected("publish.unexpected_came_out");
  const PublishReport report = ExportAnd([&] { Append(clone_.File(), LineOf("bd-appended")); });
  EXPECT_EQ(report.outcome, Outcome::kPublished);
  EXPECT_EQ(unexpected.taken(), 1);
  EXPECT_TRUE(clone_.Find("bd-appended").has_value());
  EXPECT_NE(clone_.Read().find("\"bd-appended\""), std::string::npos);
  EXPECT_NE(clone_.Read().find("\"bd-new\""), std::string::npos);
  EXPECT_EQ(Dirty(clone_), 0);
}

TEST_F(PublishInTheMiddle, AFileThatWasPutInItsPlaceIsNotLost) {
  const std::string bytes = clone_.Read() + LineOf("bd-renamed");
  ExportAnd([&] { WriteNow(clone_.File(), bytes); });
  EXPECT_NE(clone_.Read().find("\"bd-renamed\""), std::string::npos);
  EXPECT_NE(clone_.Read().find("\"bd-new\""), std::string::npos);
}

TEST_F(PublishInTheMiddle, AFileThatIsTakenAwayComesBackComplete) {
  ExportAnd([&] { Must(os::Unlink(clone_.File())); });
  const std::string bytes = clone_.Read();
  EXPECT_EQ(std::count(bytes.begin(), bytes.end(), '\n'), kIssues + 1);
}

TEST_F(PublishInTheMiddle, AnIssueThatChangesMeanwhileStaysDirty) {
  ExportAnd([&] {
    Store other = Must(Store::Open({clone_.directory().Path("beads.db")}));
    Tx tx = Must(other.BeginWrite());
    Must(MarkDirty(tx, "bd-new", TestNow()));
    Must(UpdateIssueRow(tx, Named("bd-new", "changed meanwhile")));
    Must(other.Commit(std::move(tx)));
  });
  EXPECT_EQ(Dirty(clone_), 1);
  EXPECT_EQ(clone_.Read().find("changed meanwhile"), std::string::npos);
  clone_.Export();
  EXPECT_NE(clone_.Read().find("changed meanwhile"), std::string::npos);
}

// Whoever had the file open before the exchange writes into the kept one.
TEST(PublishMeanwhile, WhatIsWrittenIntoTheKeptFileIsTakenIn) {
  TestClone clone;
  Add(clone, "bd-a");
  clone.Export();
  os::Fd writer = Must(os::OpenAppend(clone.File(), 0644));
  Add(clone, "bd-b");
  clone.Export();
  Must(os::Write(writer, LineOf("bd-late")));
  {
    Tx tx = Must(clone.store().BeginRead());
    EXPECT_FALSE(Must(IsSharedFileFresh(tx, clone.File())));
  }
  MarkWatch grew("import.kept_grew");
  clone.TakeIn();
  EXPECT_EQ(grew.taken(), 1);
  EXPECT_TRUE(clone.Find("bd-late").has_value());
  clone.Export();
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-late"));
}

TEST(PublishMeanwhile, WhatACrashLeftBehindIsTakenInAndRemoved) {
  TestClone clone;
  Add(clone, "bd-a");
  const std::string left = clone.directory().Path("beads.db.publish.0123456789abcdef");
  Must(os::ReplaceFile(left, LineOf("bd-left") + "{\"id\":\"cut o", 0644));
  MarkWatch behind("publish.left_behind");
  clone.Export();
  EXPECT_EQ(behind.taken(), 1);
  EXPECT_FALSE(os::Exists(left));
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-left"));
}

// The inode's number in its name says that nobody but its writer ever saw it.
TEST(PublishMeanwhile, WhatWasNeverInPlaceIsRemovedAndNotTakenIn) {
  TestClone clone;
  Add(clone, "bd-a");
  const std::string left = clone.directory().Path("beads.db.publish.0123456789abcdef");
  Must(os::ReplaceFile(left, LineOf("bd-left"), 0644));
  const std::string named = left + "." + std::to_string(Must(os::Stat(left)).inode);
  Must(os::Rename(left, named));
  clone.Export();
  EXPECT_FALSE(os::Exists(named));
  EXPECT_EQ(clone.Read(), LineOf("bd-a"));
}

// --- Several at once

TEST(PublishShared, WhoDoesNotGetTheLockLeavesItsMarks) {
  TestClone clone;
  Add(clone, "bd-a");
  os::FileLock held = Must(os::FileLock::Acquire(clone.directory().Path(".jsonl.lock"), 0));
  PublishOptions options = Options(clone);
  options.lock_timeout_ms = 20;
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kLocked);
  EXPECT_EQ(Dirty(clone), 1);
  EXPECT_FALSE(os::Exists(clone.File()));
}

// In a version that comes out, or that a crash left, such a line is as much somebody's as in the file.
TEST(Publish, KeepsWhatNobodyCanReadOfAnotherVersion) {
  TestClone clone;
  Add(clone, "bd-a");
  clone.Export();
  const std::string left = clone.directory().Path("beads.db.publish.0123456789abcdef");
  // With zeros in it a line is a block that was never written.
  Must(os::ReplaceFile(left, Cat(LineOf("bd-z"), "what is this\n", std::string(3, '\0'), "x\n", "cut of"),
                       0644));
  Add(clone, "bd-b");
  clone.Export();
  EXPECT_FALSE(os::Exists(left));
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-z") + "what is this\n");
  Add(clone, "bd-c");
  clone.Export();
  EXPECT_EQ(clone.Read(),
            LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-c") + LineOf("bd-z") + "what is this\n");
}

// They wait in the store until a publish has written them; the file may be read in between.
TEST(Publish, WritesWhatWasSetAsideAlthoughTheFileWasReadMeanwhile) {
  TestClone clone;
  Add(clone, "bd-a");
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
TEST(Publish, WritesAnIssueAgainOfWhoseLineTheEndIsGone) {
  TestClone clone;
  for (const char* id : {"bd-a", "bd-b"}) Add(clone, id);
  clone.Export();
  const std::string rest = LineOf("bd-b").substr(0, 20);
  clone.Write(LineOf("bd-a") + rest + "\n");
  clone.TakeIn();
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + rest + "\n");
}

// Of a file that is still being written, no look can say what will be missing in the end; the last one must.
TEST(Publish, WritesAnIssueAgainThatWasMissingBesideACutOffLine) {
  TestClone clone;
  for (const char* id : {"bd-a", "bd-b", "bd-c"}) Add(clone, id);
  clone.Export();
  clone.Write(LineOf("bd-a") + LineOf("bd-b").substr(0, 20));
  clone.TakeIn();
  clone.Write(LineOf("bd-a"));
  clone.TakeIn();
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-c"));
}

// Bit rot, or a tool that puts times back: the record fits, the bytes do not.
TEST(Publish, ReadsAFileAnewWhoseBytesChangedUnderItsStamps) {
  TestClone clone;
  for (const char* id : {"bd-a", "bd-b", "bd-c"}) Add(clone, id);
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
  Add(clone, "bd-d");
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  EXPECT_TRUE(clone.Read().starts_with(LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-c") + LineOf("bd-d")));
  EXPECT_EQ(Dirty(clone), 0);
}

// Whether a process waits for a lock, as the kernel tells.
bool Waits(pid_t pid) {
  for (const int64_t end = os::MonotonicMs() + 20'000; os::MonotonicMs() < end; os::SleepMs(5)) {
    for (const std::string& line : Split(Must(os::ReadFile("/proc/locks")), '\n')) {
      if (line.find("-> FLOCK") != std::string::npos && line.find(Cat(" ", pid, " ")) != std::string::npos)
        return true;
    }
  }
  return false;
}

// A waiter whose marks somebody else published is done, whatever has become dirty since.
TEST(PublishShared, AWaiterReturnsOnceItsOwnMarksArePublished) {
  TestClone clone;
  Add(clone, "bd-first");
  std::optional<os::FileLock> held = Must(os::FileLock::Acquire(clone.directory().Path(".jsonl.lock"), 0));
  const std::string database = clone.directory().Path("beads.db");
  PublishOptions options = Options(clone);
  Meanwhile waiter([&] {
    held.reset();  // ours: the open file, and with it the lock, belongs to the test too
    Store store = Must(Store::Open({database}));
    return Must(Publish(store, options)).outcome == Outcome::kNothingToDo;
  });
  ASSERT_TRUE(Waits(waiter.pid()));
  // What a publisher who has the lock does: its marks go, and others come.
  clone.Edit([](EditContext& context) { Must(ForgetDirty(context.tx, "bd-first")); });
  Add(clone, "bd-second", TestNow().Plus(222'222'222));
  held.reset();
  EXPECT_TRUE(waiter.Succeeded());
  EXPECT_EQ(Dirty(clone), 1);
  EXPECT_FALSE(os::Exists(clone.File()));
}

TEST(PublishShared, AWaiterPublishesForAllWhoseMarksAreStillThere) {
  TestClone clone;
  Add(clone, "bd-first");
  std::optional<os::FileLock> held = Must(os::FileLock::Acquire(clone.directory().Path(".jsonl.lock"), 0));
  const std::string database = clone.directory().Path("beads.db");
  PublishOptions options = Options(clone);
  Meanwhile waiter([&] {
    held.reset();  // ours: the open file, and with it the lock, belongs to the test too
    Store store = Must(Store::Open({database}));
    const PublishReport report = Must(Publish(store, options));
    return report.outcome == Outcome::kPublished && report.exported == 2;
  });
  ASSERT_TRUE(Waits(waiter.pid()));
  Add(clone, "bd-second", TestNow().Plus(222'222'222));
  held.reset();
  EXPECT_TRUE(waiter.Succeeded());
  EXPECT_EQ(clone.Read(), LineOf("bd-first") + LineOf("bd-second"));
}

}  // namespace
}  // namespace bd
