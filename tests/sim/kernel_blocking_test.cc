// Calls that wait for a lock wait on the kernel when they wait on Linux, and go on when they go on there.
// Scripts by hand: in random rows nobody would unlock.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/sim/worlds.h"

namespace sim_test {
namespace {

constexpr int kWaitMs = 25;  // after so long without an answer a call of Linux is waiting

class Script {
 public:
  // Every process has "a" open as 3, for reading and writing.
  Script() {
    Step(On(0, Op::kOpen, "a", O_RDWR | O_CREAT, 0666));
    Step(On(0, Op::kChmod, "a", 0666));
    for (int process = 1; process < kProcesses; ++process) Step(On(process, Op::kOpen, "a", O_RDWR));
  }

  // Makes the call, and lets those go on who can. The processes that wait then, and the answers, must be the
  // same.
  void Step(const Call& call) {
    ASSERT_FALSE(waiting_.contains(call.process)) << call;
    real_.server(call.process).Send(call);
    Answers real, simulated;
    const Answer answer = simulated_.Do(call);
    waiting_[call.process] = call;
    if (answer.value != sim::kBlocks) simulated[call.process] = answer.value;
    LetGoOn(simulated);
    for (const auto& [process, waited] : waiting_) {
      const Server& server = real_.server(process);
      if (server.HasAnswered(simulated.contains(process) ? 1000 : kWaitMs))
        real[process] = server.Receive().value;
    }
    EXPECT_EQ(real, simulated) << call;
    for (const auto& [process, value] : real) waiting_.erase(process);
    last_ = simulated;
  }
  void Flock(int process, int operation) { Step(OnFd(process, Op::kFlock, 3, operation)); }
  void Lock(int process, int command, int type, int64_t start, int64_t length) {
    Step(OnFd(process, Op::kRecordLock, 3, command, type, start, length));
  }

  std::vector<int> waiting() const {
    std::vector<int> processes;
    for (const auto& [process, call] : waiting_) processes.push_back(process);
    return processes;
  }
  // Of the last step: who went on, and with which answer.
  using Answers = std::map<int, int64_t>;
  const Answers& last() const { return last_; }

 private:
  void LetGoOn(Answers& answers) {
    for (;;) {
      const std::vector<const void*> woken = simulated_.kernel().TakeWoken();
      if (woken.empty()) return;
      for (const auto& [process, call] : waiting_) {
        const void* channel = simulated_.process(process).waits_for;
        if (answers.contains(process) || std::find(woken.begin(), woken.end(), channel) == woken.end())
          continue;
        const Answer answer = simulated_.Do(call);
        if (answer.value != sim::kBlocks) answers[process] = answer.value;
      }
    }
  }

  Linux real_;
  Simulated simulated_;
  std::map<int, Call> waiting_;
  Answers last_;
};

class Waiting : public testing::Test {
 protected:
  void SetUp() override {
    if (!Linux().IsReady()) GTEST_SKIP() << Linux::WhyNot();
  }
  using Who = std::vector<int>;
};

TEST_F(Waiting, AFlockIsHandedOn) {
  Script script;
  script.Flock(0, LOCK_EX);
  script.Flock(1, LOCK_EX);
  EXPECT_EQ(script.waiting(), Who{1});
  script.Flock(0, LOCK_UN);
  EXPECT_EQ(script.waiting(), Who{});
  script.Flock(2, LOCK_SH);
  EXPECT_EQ(script.waiting(), Who{2});
  script.Step(OnFd(1, Op::kClose, 3));
  EXPECT_EQ(script.waiting(), Who{});
}

TEST_F(Waiting, AFlockIsGivenUpBeforeItIsConverted) {
  Script script;
  script.Flock(0, LOCK_SH);
  script.Flock(1, LOCK_SH);
  script.Flock(0, LOCK_EX);
  EXPECT_EQ(script.waiting(), Who{0});
  script.Flock(1, LOCK_EX);
  EXPECT_EQ(script.waiting(), Who{0});
  script.Flock(1, LOCK_SH);
  EXPECT_EQ(script.waiting(), Who{0});
  script.Flock(1, LOCK_UN);
  EXPECT_EQ(script.waiting(), Who{});
}

TEST_F(Waiting, ARecordLockGoesOnWhenItsPartIsFree) {
  Script script;
  script.Lock(0, F_SETLK, F_WRLCK, 0, 10);
  script.Lock(1, F_SETLKW, F_WRLCK, 5, 1);
  EXPECT_EQ(script.waiting(), Who{1});
  script.Lock(0, F_SETLK, F_UNLCK, 0, 5);
  EXPECT_EQ(script.waiting(), Who{1});
  script.Lock(0, F_SETLK, F_UNLCK, 5, 1);
  EXPECT_EQ(script.waiting(), Who{});
  script.Lock(0, F_SETLKW, F_RDLCK, 0, 0);
  EXPECT_EQ(script.waiting(), Who{0});
  script.Lock(1, F_SETLK, F_RDLCK, 5, 1);
  EXPECT_EQ(script.waiting(), Who{});
}

TEST_F(Waiting, ClosingAnyDescriptorGivesTheRecordLocksBack) {
  Script script;
  script.Step(On(0, Op::kOpen, "a", O_RDONLY));
  script.Lock(0, F_SETLK, F_WRLCK, 0, 0);
  script.Lock(1, F_SETLKW, F_RDLCK, 7, 1);
  EXPECT_EQ(script.waiting(), Who{1});
  script.Step(OnFd(0, Op::kClose, 4));
  EXPECT_EQ(script.waiting(), Who{});
}

TEST_F(Waiting, TwoWhoWaitForEachOtherAreADeadlock) {
  Script script;
  script.Lock(0, F_SETLK, F_WRLCK, 0, 1);
  script.Lock(1, F_SETLK, F_WRLCK, 1, 1);
  script.Lock(0, F_SETLKW, F_WRLCK, 1, 1);
  EXPECT_EQ(script.waiting(), Who{0});
  script.Lock(1, F_SETLKW, F_WRLCK, 0, 1);
  EXPECT_EQ(script.last(), (Script::Answers{{1, -EDEADLK}}));
  script.Lock(1, F_SETLK, F_UNLCK, 0, 0);
  EXPECT_EQ(script.waiting(), Who{});
}

TEST_F(Waiting, SoAreThreeInACircle) {
  Script script;
  for (int process = 0; process < 3; ++process) script.Lock(process, F_SETLK, F_WRLCK, process, 1);
  script.Lock(0, F_SETLKW, F_WRLCK, 1, 1);
  script.Lock(1, F_SETLKW, F_RDLCK, 2, 1);
  EXPECT_EQ(script.waiting(), (Who{0, 1}));
  script.Lock(2, F_SETLKW, F_WRLCK, 0, 1);
  EXPECT_EQ(script.last(), (Script::Answers{{2, -EDEADLK}}));
  // Who waits for one in the circle, but is not in it, waits.
  script.Lock(3, F_SETLKW, F_WRLCK, 2, 1);
  EXPECT_EQ(script.waiting(), (Who{0, 1, 3}));
  script.Lock(2, F_SETLK, F_WRLCK, 5, 1);
}

TEST_F(Waiting, LocksOfDescriptionsKnowNoDeadlock) {
  Script script;
  script.Lock(0, F_OFD_SETLK, F_WRLCK, 0, 1);
  script.Lock(1, F_SETLK, F_WRLCK, 1, 1);
  script.Lock(1, F_SETLKW, F_WRLCK, 0, 1);
  script.Lock(0, F_OFD_SETLKW, F_WRLCK, 1, 1);
  EXPECT_EQ(script.waiting(), (Who{0, 1}));
}

TEST_F(Waiting, ALockOfADescriptionEndsWithItsLastDescriptor) {
  Script script;
  script.Step(OnFd(0, Op::kDup, 3, 0));
  script.Lock(0, F_OFD_SETLK, F_WRLCK, 0, 0);
  script.Lock(1, F_OFD_SETLKW, F_RDLCK, 0, 0);
  EXPECT_EQ(script.waiting(), Who{1});
  script.Step(OnFd(0, Op::kClose, 3));
  EXPECT_EQ(script.waiting(), Who{1});
  script.Step(On(0, Op::kOpen, "b", O_RDWR | O_CREAT, 0600));
  script.Step(OnFd(0, Op::kDup2, 3, 4));
  EXPECT_EQ(script.waiting(), Who{});
}

// Not of waiting, but of a hand-made row too: how long a chain of symbolic links may be.
TEST_F(Waiting, FortyLinksAreFollowed) {
  Script script;
  for (int i = 0; i < 45; ++i) {
    const std::string name = "l" + std::to_string(i);
    Call call = On(0, Op::kSymlink, i == 0 ? "a" : ("l" + std::to_string(i - 1)).c_str());
    SetText(call.path2, name.c_str());
    script.Step(call);
  }
  for (const char* path : {"l38", "l39", "l40", "l41"}) {
    script.Step(On(0, Op::kStat, path));
    script.Step(On(0, Op::kOpen, path, O_RDONLY));
    script.Step(On(0, Op::kLstat, path));
    script.Step(On(0, Op::kStat, (std::string(path) + "/x").c_str()));
  }
}

}  // namespace
}  // namespace sim_test
