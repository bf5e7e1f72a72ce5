// Who sees and may signal whom: pid namespaces, users. Where this machine lets us make a namespace, Linux is
// asked the same.
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "sim/kernel/kernel.h"

namespace sim {
namespace {

class Pids : public testing::Test {
 protected:
  Outcome Ask(Process& viewer, int number) {
    Process* ends = nullptr;
    return kernel_.Signal(viewer, number, 0, ends);
  }
  Process& StartIn(const std::shared_ptr<PidSpace>& space) {
    Process& process = kernel_.StartProcess(nullptr);
    kernel_.EnterPidSpace(process, space);
    return process;
  }
  Kernel kernel_{DiskRules(), [] { return int64_t{0}; }};
};

TEST_F(Pids, InsideNobodyOutsideIsThere) {
  Process& outside = kernel_.StartProcess(nullptr);
  Process& inside = StartIn(kernel_.MakePidSpace());
  EXPECT_EQ(Kernel::NumberFor(inside, inside), 1);
  EXPECT_EQ(Kernel::NumberFor(inside, outside), 0);
  EXPECT_EQ(Ask(inside, outside.pid), -ESRCH);
  EXPECT_EQ(Ask(outside, inside.pid), 0);
  EXPECT_EQ(kernel_.OpenProcess(inside, outside.pid), -ESRCH);
}

TEST_F(Pids, ANumberIsSomebodyElseInEachNamespace) {
  Process& one = StartIn(kernel_.MakePidSpace());
  Process& other = StartIn(kernel_.MakePidSpace());
  EXPECT_EQ(Kernel::NumberFor(one, one), Kernel::NumberFor(other, other));
  Process& child = kernel_.StartProcess(&one);
  EXPECT_EQ(Kernel::NumberFor(one, child), 2);
  EXPECT_EQ(Ask(one, 2), 0);
  EXPECT_EQ(Ask(other, 2), -ESRCH);
}

TEST_F(Pids, AnotherUserMayNotSignalButSees) {
  Process& mine = kernel_.StartProcess(nullptr);
  Process& theirs = kernel_.StartProcess(nullptr);
  theirs.uid = 1001;
  EXPECT_EQ(Ask(mine, theirs.pid), -EPERM);
  kernel_.EndProcess(theirs, 0);
  EXPECT_EQ(Ask(mine, theirs.pid), -ESRCH);
}

TEST_F(Pids, NumbersBeginAnewWithTheMachine) {
  const int before = kernel_.StartProcess(nullptr).pid;
  Random random(1, "power");
  kernel_.LosePower(random);
  EXPECT_EQ(kernel_.StartProcess(nullptr).pid, before);
}

// The same questions to Linux: exit status 0, or the number of the one that it answers otherwise; 99: it does
// not let us.
int AskLinux() {
  const pid_t outside = getpid();
  const pid_t maker = fork();
  if (maker == 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) _exit(99);
    const pid_t inside = fork();
    if (inside == 0) {
      if (getpid() != 1) _exit(1);
      if (kill(outside, 0) != -1 || errno != ESRCH) _exit(2);
      const pid_t child = fork();
      if (child == 0) _exit(0);
      if (child != 2) _exit(3);
      _exit(kill(child, 0) == 0 ? 0 : 4);
    }
    int status = 0;
    if (kill(inside, 0) != 0) _exit(5);
    waitpid(inside, &status, 0);
    _exit(WEXITSTATUS(status));
  }
  int status = 0;
  waitpid(maker, &status, 0);
  return WEXITSTATUS(status);
}

TEST(PidsOfLinux, AreAsInTheSimulatedKernel) {
  const int answer = AskLinux();
  if (answer == 99) GTEST_SKIP() << "this machine lets nobody make a pid namespace";
  EXPECT_EQ(answer, 0);
}

}  // namespace
}  // namespace sim
