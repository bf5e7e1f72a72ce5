// engine/sync/publisher.h: while git is at work, and while somebody writes in place.
#include <gtest/gtest.h>

#include "engine/os/clock.h"
#include "engine/sync/publisher.h"
#include "tests/support/other_process.h"
#include "tests/support/publishing.h"

namespace bd {
namespace {

// A file as somebody leaves it who is still at work: its time is now.
void WriteNow(const std::string& path, std::string_view bytes) { Must(os::ReplaceFile(path, bytes, 0644)); }

// The directory of a repository in which git holds its lock.
std::string LockedGit(PublishingClone& clone) {
  const std::string git = clone.directory().Path("git");
  Must(os::MakeDirectory(git, 0755));
  Must(os::ReplaceFile(git + "/index.lock", "", 0644));
  return git;
}

TEST(PublishGit, WhileGitHoldsItsLockNothingIsWritten) {
  PublishingClone clone;
  clone.Add("bd-a");
  PublishOptions options = clone.Options();
  options.git_dir = LockedGit(clone);
  options.git_wait_ms = 50;
  const int64_t begin = os::MonotonicMs();
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kGitIsBusy);
  EXPECT_GE(os::MonotonicMs() - begin, 50);
  EXPECT_FALSE(os::Exists(clone.File()));
  EXPECT_EQ(clone.Dirty(), 1);
  Must(os::Unlink(options.git_dir + "/index.lock"));
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kPublished);
}

TEST(PublishGit, ItIsDoneAsSoonAsGitIs) {
  PublishingClone clone;
  clone.Add("bd-a");
  PublishOptions options = clone.Options();
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
  PublishingClone clone;
  PublishOptions options = clone.Options();
  options.git_dir = LockedGit(clone);
  clone.Add("bd-a");
  options.inside_git = true;
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kPublished);
  clone.Add("bd-b");
  options.inside_git = false;
  {
    os::Fd lock = Must(os::OpenReadWrite(options.git_dir + "/index.lock", 0644));
    Must(os::SetModificationTime(lock, os::WallNanos() - kAbandonedLockNanos - 1'000'000'000));
  }
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kPublished);
}

// Git writes a file in place: what ends without a line feed a moment ago is not finished.
TEST(PublishGit, AYoungFileWithoutItsEndIsLeftToItsWriter) {
  PublishingClone clone;
  clone.Add("bd-a");
  const std::string half = LineOf("bd-z").substr(0, 30);
  WriteNow(clone.File(), half);
  EXPECT_EQ(clone.Export().outcome, Outcome::kGitIsBusy);
  EXPECT_EQ(clone.Read(), half);
  EXPECT_EQ(clone.Dirty(), 1);
  WriteNow(clone.File(), LineOf("bd-z"));
  EXPECT_EQ(clone.Export().outcome, Outcome::kPublished);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-z"));
}

// Git and many editors remove a file before they write it anew: into that gap nothing is put, for a while.
TEST(PublishGit, AFileThatHasJustVanishedIsWaitedFor) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Export();
  clone.Add("bd-b");
  Must(os::Unlink(clone.File()));
  Meanwhile editor([&] {
    os::SleepMs(100);
    WriteNow(clone.File(), LineOf("bd-a") + LineOf("bd-z"));
    return true;
  });
  PublishOptions options = clone.Options();
  options.git_wait_ms = 60'000;
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kPublished);
  EXPECT_TRUE(editor.Succeeded());
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-z"));
  Must(os::Unlink(clone.File()));
  options.git_wait_ms = 0;
  clone.Add("bd-c");
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kPublished);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-c") + LineOf("bd-z"));
}

TEST(PublishGit, AFileWithConflictMarkersIsNotTouched) {
  PublishingClone clone;
  clone.Add("bd-a");
  const std::string conflict =
      "<<<<<<< HEAD\n" + LineOf("bd-x", "ours") + "=======\n" + LineOf("bd-x", "theirs") + ">>>>>>> branch\n";
  clone.Write(conflict);
  for (bool full : {false, true}) {
    EXPECT_EQ(clone.Export(full).outcome, Outcome::kConflicted);
    EXPECT_EQ(clone.Read(), conflict);
    EXPECT_EQ(clone.Dirty(), 1);
    EXPECT_FALSE(clone.Find("bd-x").has_value());
  }
}

}  // namespace
}  // namespace bd
