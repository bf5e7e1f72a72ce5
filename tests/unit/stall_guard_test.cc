// A process that hangs ends itself; one that was stopped for longer than that does not.
#include "engine/os/stall_guard.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/os/clock.h"
#include "tests/support/must.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

constexpr os::StallLimits kLimits{200, 200};
constexpr int kWentOn = 3;

class StallGuardTest : public testing::Test {
 protected:
  template <typename Work>
  pid_t Start(Work work) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    alarm(60);
    const os::Fd mark = Must(os::OpenReadWrite(mark_, 0600));
    os::StallGuard guard(kLimits, mark, 4, "hung");
    work(guard);
    _exit(kWentOn);
  }
  static int ExitOf(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  TemporaryDirectory directory_;
  std::string mark_ = directory_.Path("mark");
};

TEST_F(StallGuardTest, EndsWhoHangsAndSaysSo) {
  const pid_t pid = Start([](os::StallGuard&) {
    for (;;) pause();
  });
  EXPECT_EQ(ExitOf(pid), os::kStalledExit);
  EXPECT_EQ(Must(os::ReadFile(mark_)), std::string("\0\0\0\0hung", 8));
}

TEST_F(StallGuardTest, EndsWhoIsBusyWithNothing) {
  const pid_t pid = Start([](os::StallGuard&) {
    for (int64_t i = 0; i >= 0; i = os::MonotonicMs()) {
    }
  });
  EXPECT_EQ(ExitOf(pid), os::kStalledExit);
}

TEST_F(StallGuardTest, LeavesWhoLives) {
  const pid_t pid = Start([](os::StallGuard& guard) {
    for (int i = 0; i < 20; ++i) {
      os::SleepMs(50);
      guard.Alive();
    }
  });
  EXPECT_EQ(ExitOf(pid), kWentOn);
  EXPECT_EQ(Must(os::ReadFile(mark_)), "");
}

TEST_F(StallGuardTest, LeavesWhoWasStopped) {
  const pid_t pid = Start([](os::StallGuard& guard) {
    for (int i = 0; i < 60; ++i) {
      os::SleepMs(20);
      guard.Alive();
    }
  });
  os::SleepMs(100);
  kill(pid, SIGSTOP);
  os::SleepMs(1000);
  kill(pid, SIGCONT);
  EXPECT_EQ(ExitOf(pid), kWentOn);
}

TEST_F(StallGuardTest, EndsWithItsOwner) {
  const pid_t pid = Start([](os::StallGuard& guard) {
    guard.~StallGuard();
    new (&guard) os::StallGuard({60'000, 1}, os::Fd(), 0, "");
    os::SleepMs(600);
  });
  EXPECT_EQ(ExitOf(pid), kWentOn);
}

}  // namespace
}  // namespace bd
