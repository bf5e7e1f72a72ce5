// engine/os/lock.h: of two who want a lock one has it, whether they are processes or not.
#include "engine/os/lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

#include "engine/os/clock.h"
#include "tests/support/other_process.h"
#include "tests/support/workspace.h"

namespace bd::os {
namespace {

// Takes the lock at once, and keeps it until the process ends.
auto Holding(const std::string& path) {
  return [path] {
    Result<FileLock> lock = FileLock::Acquire(path, 0);
    if (!lock) return false;
    return dup(lock->file().get()) >= 0;
  };
}

TEST(FileLock, OfTwoOpenFilesOneHasIt) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  FileLock first = Must(FileLock::Acquire(path, 0));
  EXPECT_TRUE(first.held());
  Result<FileLock> second = FileLock::Acquire(path, 0);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kBusy);
  EXPECT_NE(second.error().message.find(path), std::string::npos);
}

TEST(FileLock, TheDestructorGivesItBackAndKeepsTheFile) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  uint64_t inode = 0;
  {
    FileLock lock = Must(FileLock::Acquire(path, 0));
    inode = Must(Stat(lock.file())).inode;
  }
  EXPECT_EQ(Must(Stat(path)).inode, inode);
  EXPECT_TRUE(FileLock::Acquire(path, 0));
  EXPECT_EQ(Must(Stat(path)).inode, inode);
}

TEST(FileLock, AReleasedLockKeepsItsFileOpenForTheNextTime) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  FileLock lock = Must(FileLock::Acquire(path, 0));
  Fd file = lock.Release();
  EXPECT_FALSE(lock.held());
  ASSERT_TRUE(file);
  {
    FileLock other = Must(FileLock::Acquire(path, 0));
    EXPECT_FALSE(FileLock::Acquire(Fd(dup(file.get())), path, 0));
  }
  EXPECT_TRUE(FileLock::Acquire(std::move(file), path, 0));
}

TEST(FileLock, AnotherProcessKeepsUsOutUntilItEnds) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  OtherProcess other(Holding(path));
  ASSERT_TRUE(other.worked());
  EXPECT_EQ(FileLock::Acquire(path, 0).error().code, Code::kBusy);
  other.End();
  EXPECT_TRUE(FileLock::Acquire(path, 0));
}

TEST(FileLock, AKilledHolderHoldsNothing) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  OtherProcess other(Holding(path));
  ASSERT_TRUE(other.worked());
  other.Kill();
  EXPECT_TRUE(FileLock::Acquire(path, 0));
}

TEST(FileLock, AWaitEndsAfterItsTime) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  FileLock held = Must(FileLock::Acquire(path, 0));
  const int64_t begin = MonotonicMs();
  Result<FileLock> lock = FileLock::Acquire(path, 150);
  const int64_t waited = MonotonicMs() - begin;
  EXPECT_EQ(lock.error().code, Code::kBusy);
  EXPECT_GE(waited, 150);
  EXPECT_LT(waited, 5'000);
}

TEST(FileLock, AWaiterGetsItWhenItBecomesFree) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  FileLock held = Must(FileLock::Acquire(path, 0));
  Meanwhile other([&] {
    SleepMs(100);
    return flock(held.file().get(), LOCK_UN) == 0;  // the open file is the parent's too
  });
  const int64_t begin = MonotonicMs();
  EXPECT_TRUE(FileLock::Acquire(path, 30'000));
  EXPECT_LT(MonotonicMs() - begin, 10'000);
  EXPECT_TRUE(other.Succeeded());
}

// The timer of a wait must not go on: a later blocking call would end with EINTR, or the process.
TEST(FileLock, AWaitLeavesNoTimerBehind) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  FileLock held = Must(FileLock::Acquire(path, 0));
  EXPECT_FALSE(FileLock::Acquire(path, 30));
  itimerval timer{};
  getitimer(ITIMER_REAL, &timer);
  EXPECT_EQ(timer.it_value.tv_sec, 0);
  EXPECT_EQ(timer.it_value.tv_usec, 0);
  struct sigaction action {};
  sigaction(SIGALRM, nullptr, &action);
  EXPECT_EQ(action.sa_handler, SIG_DFL);
}

TEST(FileLock, WhereNoFileCanBeTheErrorNamesThePath) {
  Result<FileLock> lock = FileLock::Acquire("/nowhere/at/all/lock", 0);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, Code::kNotFound);
  EXPECT_NE(lock.error().message.find("/nowhere/at/all/lock"), std::string::npos);
}

TEST(RangeLock, BelongsToTheOpenFileNotToTheProcess) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  Fd holder = Must(OpenReadWrite(path, 0644));
  Fd prober = Must(OpenReadWrite(path, 0644));
  EXPECT_FALSE(Must(HasRangeLock(prober)));
  Must(TakeRangeLock(holder));
  EXPECT_TRUE(Must(HasRangeLock(prober)));
  EXPECT_FALSE(Must(HasRangeLock(holder)));  // its own lock keeps nobody out of itself
  EXPECT_EQ(TakeRangeLock(prober).error().code, Code::kBusy);
  { Fd another = Must(OpenReadWrite(path, 0644)); }  // closing one does not drop it, as with POSIX locks
  EXPECT_TRUE(Must(HasRangeLock(prober)));
  holder.Close();
  EXPECT_FALSE(Must(HasRangeLock(prober)));
}

TEST(RangeLock, AProbeDisturbsNeitherHolderNorStarter) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  Fd prober = Must(OpenReadWrite(path, 0644));
  EXPECT_FALSE(Must(HasRangeLock(prober)));
  Fd starter = Must(OpenReadWrite(path, 0644));
  Must(TakeRangeLock(starter));
  Must(TakeRangeLock(starter));  // again is fine
  FileLock other_kind = Must(FileLock::Acquire(path, 0));
  EXPECT_TRUE(other_kind.held());
}

TEST(RangeLock, IsSeenByOtherProcessesAndGoesWithItsHolder) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("lock");
  Fd prober = Must(OpenReadWrite(path, 0644));
  OtherProcess other([&] {
    Fd file = Must(OpenReadWrite(path, 0644));
    const bool taken = TakeRangeLock(file).has_value();
    file.Release();
    return taken;
  });
  ASSERT_TRUE(other.worked());
  EXPECT_TRUE(Must(HasRangeLock(prober)));
  other.Kill();
  EXPECT_FALSE(Must(HasRangeLock(prober)));
}

}  // namespace
}  // namespace bd::os
