// engine/sync/publisher.h: several at once.
#include <gtest/gtest.h>

#include "engine/os/clock.h"
#include "engine/os/lock.h"
#include "engine/sync/publisher.h"
#include "tests/support/other_process.h"
#include "tests/support/publishing.h"

namespace bd {
namespace {

TEST(PublishShared, WhoDoesNotGetTheLockLeavesItsMarks) {
  PublishingClone clone;
  clone.Add("bd-a");
  os::FileLock held = Must(os::FileLock::Acquire(clone.directory().Path(".jsonl.lock"), 0));
  PublishOptions options = clone.Options();
  options.lock_timeout_ms = 20;
  EXPECT_EQ(Must(Publish(clone.store(), options)).outcome, Outcome::kLocked);
  EXPECT_EQ(clone.Dirty(), 1);
  EXPECT_FALSE(os::Exists(clone.File()));
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

// A publisher in another process, which waits for the lock that the test has.
class Waiter {
 public:
  // What the waiter is to report: the outcome, and how many issues.
  Waiter(PublishingClone& clone, Outcome outcome, int64_t exported)
      : held_(Must(os::FileLock::Acquire(clone.directory().Path(".jsonl.lock"), 0))),
        waiter_([this, outcome, exported, options = clone.Options(),
                 database = clone.directory().Path("beads.db")] {
          held_.reset();  // ours: the open file, and with it the lock, belongs to the test too
          Store store = Must(Store::Open({database}));
          const PublishReport report = Must(Publish(store, options));
          return report.outcome == outcome && report.exported == exported;
        }) {}
  bool IsWaiting() const { return Waits(waiter_.pid()); }
  // Lets go of the lock; whether the waiter reported what it should.
  bool Succeeded() {
    held_.reset();
    return waiter_.Succeeded();
  }

 private:
  std::optional<os::FileLock> held_;
  Meanwhile waiter_;
};

// A waiter whose marks somebody else published is done, whatever has become dirty since.
TEST(PublishShared, AWaiterReturnsOnceItsOwnMarksArePublished) {
  PublishingClone clone;
  clone.Add("bd-first");
  Waiter waiter(clone, Outcome::kNothingToDo, 0);
  ASSERT_TRUE(waiter.IsWaiting());
  // What a publisher who has the lock does: its marks go, and others come.
  clone.Edit([](EditContext& context) { Must(ForgetDirty(context.tx, "bd-first")); });
  clone.Add("bd-second", TestNow().Plus(222'222'222));
  EXPECT_TRUE(waiter.Succeeded());
  EXPECT_EQ(clone.Dirty(), 1);
  EXPECT_FALSE(os::Exists(clone.File()));
}

TEST(PublishShared, AWaiterPublishesForAllWhoseMarksAreStillThere) {
  PublishingClone clone;
  clone.Add("bd-first");
  Waiter waiter(clone, Outcome::kPublished, 2);
  ASSERT_TRUE(waiter.IsWaiting());
  clone.Add("bd-second", TestNow().Plus(222'222'222));
  EXPECT_TRUE(waiter.Succeeded());
  EXPECT_EQ(clone.Read(), LineOf("bd-first") + LineOf("bd-second"));
}

}  // namespace
}  // namespace bd
