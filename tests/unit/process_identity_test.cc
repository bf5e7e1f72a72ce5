// engine/os/process_identity.h: of what is unknown nothing destructive follows.
#include "engine/os/process_identity.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/os/background.h"
#include "engine/os/poll.h"
#include "engine/os/signals.h"
#include "tests/support/must.h"

namespace bd::os {
namespace {

TEST(LifeOf, ThisProcessLives) {
  const ProcessIdentity self = OwnIdentity();
  EXPECT_EQ(self.pid, getpid());
  EXPECT_GT(self.start, 0);
  EXPECT_EQ(LifeOf(self), Life::kAlive);
}

TEST(LifeOf, ANumberThatIsUsedAgainIsAnotherProcess) {
  ProcessIdentity other = OwnIdentity();
  other.start -= 1;
  EXPECT_EQ(LifeOf(other), Life::kDead);
  const Status sent = SendSignal(other, EndSignal::kKill);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kNotFound);
}

TEST(LifeOf, ABootEndsAllProcesses) {
  ProcessIdentity old = OwnIdentity();
  old.boot = "another";
  EXPECT_EQ(LifeOf(old), Life::kDead);
}

TEST(LifeOf, OtherNamespacesAndUnknownTimesAreUnknown) {
  ProcessIdentity elsewhere = OwnIdentity(), vague = elsewhere;
  elsewhere.pid_namespace += 1;
  EXPECT_EQ(LifeOf(elsewhere), Life::kUnknown);
  vague.start = 0;
  EXPECT_EQ(LifeOf(vague), Life::kUnknown);
  for (const ProcessIdentity& process : {elsewhere, vague, ProcessIdentity{}}) {
    const Status sent = SendSignal(process, EndSignal::kKill);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, Code::kDenied);
  }
}

TEST(SendSignal, ReachesExactlyTheProcess) {
  const Started started = Must(StartInBackground({{"/bin/sleep", "60"}, {}}));
  ProcessIdentity process = OwnIdentity();
  process.pid = started.pid;
  process.start = 0;
  // Its start is known to nobody else, so it is looked up as a daemon does for itself.
  for (int64_t guess = OwnIdentity().start; process.start == 0; ++guess) {
    ProcessIdentity candidate = process;
    candidate.start = guess;
    if (LifeOf(candidate) == Life::kAlive) process = candidate;
    ASSERT_LT(guess, OwnIdentity().start + 1'000'000);
  }
  Must(SendSignal(process, EndSignal::kStop));
  int status = 0;
  ASSERT_EQ(waitpid(static_cast<pid_t>(started.pid), &status, 0), started.pid);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  EXPECT_EQ(LifeOf(process), Life::kDead);
}

TEST(Background, TheStarterHearsWhatTheProgramSays) {
  const Started started =
      Must(StartInBackground({{"/bin/sh", "-c", "echo ready $VALUE $(pwd) >&3"}, {{"VALUE", "7"}}}));
  EXPECT_EQ(Must(WordsWithin(started, 10'000)), "ready 7 /\n");
  ASSERT_EQ(waitpid(static_cast<pid_t>(started.pid), nullptr, 0), started.pid);
}

TEST(Background, TheProgramHasASessionOfItsOwnAndNoOtherDescriptors) {
  const Started started = Must(
      StartInBackground({{"/bin/sh", "-c", "ls /proc/$$/fd | tr '\\n' ' ' >&3; ps -o sid= -p $$ >&3"}, {}}));
  const std::string words = *Must(WordsWithin(started, 10'000));
  EXPECT_TRUE(words.starts_with("0 1 2 3 ")) << words;
  EXPECT_NE(words.find(std::to_string(started.pid)), std::string::npos) << words;
  waitpid(static_cast<pid_t>(started.pid), nullptr, 0);
}

TEST(Background, SilenceHasAnEnd) {
  const Started started = Must(StartInBackground({{"/bin/sleep", "60"}, {}}));
  EXPECT_EQ(Must(WordsWithin(started, 20)), std::nullopt);
  kill(static_cast<pid_t>(started.pid), SIGKILL);
  waitpid(static_cast<pid_t>(started.pid), nullptr, 0);
}

TEST(Signals, AreReadAndInterruptNothing) {
  const pid_t pid = fork();
  if (pid == 0) {
    Result<Fd> signals = ReceiveSignals();
    if (!signals || NextSignal(*signals) != Signal::kNone) _exit(1);
    raise(SIGHUP);
    raise(SIGTERM);
    std::vector<Watched> watched = {WatchRead(*signals)};
    if (!Poll(watched, 1000) || !watched[0].can_read) _exit(2);
    const Signal first = NextSignal(*signals), second = NextSignal(*signals);
    _exit(first == Signal::kHangUp && second == Signal::kStop ? 0 : 3);
  }
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace bd::os
