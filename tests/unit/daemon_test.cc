// engine/daemon: one owner, no storms of starts, and nothing believed that only a file says.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/daemon/authority.h"
#include "engine/daemon/last_state.h"
#include "engine/daemon/launch.h"
#include "engine/daemon/progress_file.h"
#include "engine/daemon/silence.h"
#include "engine/daemon/start_state.h"
#include "engine/os/clock.h"
#include "engine/os/path.h"
#include "tests/support/must.h"
#include "tests/support/other_process.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

class DaemonFiles : public testing::Test {
 protected:
  static void Write(const std::string& path, std::string_view text) {
    Must(os::ReplaceFile(path, text, 0600));
  }
  TemporaryDirectory directory_;
  DaemonPlace place_ = DaemonPlace::Of(directory_.Path("beads.db"));
  Time now_ = os::Now();
  Time In(int64_t seconds) const { return now_.Plus(seconds * kSecond); }
};

// --- Authority

using AuthorityTest = DaemonFiles;

TEST_F(AuthorityTest, OfTwoOneHasIt) {
  EXPECT_EQ(LookForOwner(place_).owner, OwnerLook::Owner::kNone);
  {
    const Authority first = Must(Authority::Take(place_));
    EXPECT_EQ(LookForOwner(place_).owner, OwnerLook::Owner::kPresent);
    const Result<Authority> second = Authority::Take(place_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::kBusy);
  }
  EXPECT_EQ(LookForOwner(place_).owner, OwnerLook::Owner::kNone);
  EXPECT_TRUE(os::Exists(place_.Owner()));
  EXPECT_TRUE(os::Exists(place_.Lock()));
}

TEST_F(AuthorityTest, GoesWithItsProcess) {
  {
    const OtherProcess other([this] {
      Result<Authority> taken = Authority::Take(place_);
      if (!taken) return false;
      new Authority(std::move(*taken));  // NOLINT: kept until the process ends
      return true;
    });
    ASSERT_TRUE(other.worked());
    EXPECT_EQ(LookForOwner(place_).owner, OwnerLook::Owner::kPresent);
    EXPECT_FALSE(Authority::Take(place_));
  }
  EXPECT_TRUE(Authority::Take(place_));
}

// A daemon of 0.49.6 has the flock, and nothing else.
TEST_F(AuthorityTest, IsNotTakenFromADaemonOfTheReference) {
  const os::FileLock held = Must(os::FileLock::Acquire(place_.Lock(), 0));
  EXPECT_FALSE(Authority::Take(place_));
}

TEST_F(AuthorityTest, OnlyWhatWasAnnouncedHereIsWithdrawn) {
  Authority authority = Must(Authority::Take(place_));
  DaemonRecord record;
  record.instance = "ours";
  record.process = os::OwnIdentity();
  record.database = place_.database;
  Must(authority.Announce(record));
  EXPECT_EQ(ReadRecord(place_)->process, os::OwnIdentity());
  EXPECT_EQ(Must(os::ReadFile(place_.PidFile())), std::to_string(getpid()) + "\n");
  const std::string ours = Must(os::ReadFile(place_.Record()));
  std::string theirs = ours;
  theirs.replace(theirs.find("ours"), 4, "them");
  Write(place_.Record(), theirs);
  authority.Withdraw();
  EXPECT_TRUE(os::Exists(place_.Record()));
  Write(place_.Record(), ours);
  authority.Withdraw();
  EXPECT_FALSE(os::Exists(place_.Record()));
  EXPECT_FALSE(os::Exists(place_.PidFile()));
}

TEST_F(AuthorityTest, ARecordThatCannotBeReadIsNone) {
  EXPECT_FALSE(ReadRecord(place_).has_value());
  for (const char* text : {"", "{", "[]", "{\"pid\": \"x\"}", "null"}) {
    Write(place_.Record(), text);
    EXPECT_FALSE(ReadRecord(place_).has_value()) << text;
  }
}

// --- Starts

using Starts = DaemonFiles;

TEST_F(Starts, WaitLongerEachTime) {
  const std::string path = place_.StartState();
  EXPECT_EQ(StartState::WaitMs(path, now_), 0);
  Time now = now_;
  for (int64_t seconds : {30, 60, 120, 300, 600, 1800, 1800}) {
    Must(StartState::NoteAttempt(path, now));
    EXPECT_EQ(StartState::WaitMs(path, now), seconds * 1000);
    EXPECT_GT(StartState::WaitMs(path, now.Plus((seconds - 1) * kSecond)), 0);
    now = now.Plus(seconds * kSecond);
    EXPECT_EQ(StartState::WaitMs(path, now), 0);
  }
  StartState::Clear(path);
  Must(StartState::NoteAttempt(path, now));
  EXPECT_EQ(StartState::WaitMs(path, now), 30'000);
}

// Each of them stays healthy for five minutes before it fails.
TEST_F(Starts, ThatComeToSomethingWaitNoLonger) {
  const std::string path = place_.StartState();
  for (int64_t second = 0; second < 3600; second += 301) {
    EXPECT_EQ(StartState::WaitMs(path, In(second)), 0) << second;
    Must(StartState::NoteAttempt(path, In(second)));
    EXPECT_EQ(StartState::WaitMs(path, In(second)), 30'000) << second;
    StartState::NoteHealth(path, In(second + 300));
    EXPECT_EQ(StartState::WaitMs(path, In(second + 300)), 0) << second;
  }
}

TEST_F(Starts, AreAtMostFiveInFifteenMinutes) {
  const std::string path = place_.StartState();
  for (int64_t second : {0, 301, 331, 391, 691}) {
    EXPECT_EQ(StartState::WaitMs(path, In(second)), 0) << second;
    Must(StartState::NoteAttempt(path, In(second)));
    if (second == 0 || second == 391) StartState::NoteHealth(path, In(second + 300));
  }
  EXPECT_EQ(StartState::WaitMs(path, In(691)), 1'800'000) << "the sixth would have come at 721 s";
  StartState::Clear(path);
  EXPECT_EQ(StartState::WaitMs(path, In(691)), 0);
}

TEST_F(Starts, TellWhyTheLastOneFailed) {
  Must(StartState::NoteAttempt(place_.StartState(), now_));
  StartState::NoteFailure(place_.StartState(), now_, "no room");
  const std::optional<StartState> state = StartState::Load(place_.StartState(), now_);
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->last_error, "no room");
  EXPECT_EQ(state->attempt_count, 1);
}

TEST_F(Starts, AreBlockedByNoNonsense) {
  for (const char* text : {"", "{", "[]", "null", "\0\0", "{\"attempt_count\": -1}",
                           "{\"last_attempt\":\"2026-01-01T00:00:00Z\",\"attempt_count\":1,"
                           "\"backoff_until\":\"2999-01-01T00:00:00Z\"}"}) {
    Write(place_.StartState(), text);
    EXPECT_EQ(StartState::WaitMs(place_.StartState(), now_), 0) << text;
    Must(StartState::NoteAttempt(place_.StartState(), now_));
    EXPECT_EQ(StartState::WaitMs(place_.StartState(), now_), 30'000) << text;
  }
}

// The clock was put back by a day: nobody waits a day.
TEST_F(Starts, AreBlockedByNoClock) {
  Must(StartState::NoteAttempt(place_.StartState(), In(24 * 3600)));
  EXPECT_EQ(StartState::WaitMs(place_.StartState(), now_), 0);
}

// --- What a daemon left behind

using Leftovers = DaemonFiles;

TEST_F(Leftovers, TheFirstWordsSayWhatTheyWereToSay) {
  using Kind = StartWords::Kind;
  for (const StartWords& words : {StartWords{Kind::kReady, 4711, ""}, StartWords{Kind::kTaken, 0, "by him"},
                                  StartWords{Kind::kFailed, 0, "no room"}}) {
    const StartWords heard = StartWords::FromText(words.ToText(), place_);
    EXPECT_EQ(heard.kind, words.kind);
    EXPECT_EQ(heard.pid, words.pid);
    EXPECT_EQ(heard.text, words.text);
  }
  const StartWords none = StartWords::FromText("", place_);
  EXPECT_EQ(none.kind, Kind::kFailed);
  EXPECT_NE(none.text.find("without a word"), std::string::npos);
}

TEST_F(Leftovers, TellHowALifeEnded) {
  LastState state;
  state.status = "running";
  state.boot = "this";
  state.heartbeat = "noon";
  const auto none = OwnerLook::Owner::kNone, present = OwnerLook::Owner::kPresent;
  EXPECT_EQ(VerdictOn(state, present, "this"), "");
  EXPECT_EQ(VerdictOn(state, OwnerLook::Owner::kUnknown, "this"), "");
  EXPECT_EQ(VerdictOn(state, none, "this"), "was killed or crashed while running, last heard of at noon");
  EXPECT_EQ(VerdictOn(state, none, "this", true), "hung while running and was ended, last heard of at noon");
  EXPECT_EQ(VerdictOn(state, none, "another"), "ended with the machine, last heard of at noon");
  state.status = "stopped";
  state.reason = "a signal";
  EXPECT_EQ(VerdictOn(state, none, "another"), "stopped: a signal");
  Must(SaveLastState(place_, state));
  EXPECT_EQ(LoadLastState(place_)->reason, "a signal");
  Write(place_.LastState(), "\0");
  EXPECT_FALSE(LoadLastState(place_).has_value());
}

TEST_F(Leftovers, ASilenceIsAboutOneSocketAndHasAnEnd) {
  EXPECT_FALSE(IsKnownSilent(place_, now_));
  Write(place_.socket, "");
  NoteSilence(place_, now_);
  EXPECT_TRUE(IsKnownSilent(place_, In(29)));
  EXPECT_FALSE(IsKnownSilent(place_, In(31)));
  EXPECT_FALSE(IsKnownSilent(place_, In(-1)));
  Write(place_.socket, "");  // another file
  EXPECT_FALSE(IsKnownSilent(place_, now_));
  Write(place_.Silence(), "x y");
  EXPECT_FALSE(IsKnownSilent(place_, now_));
}

TEST_F(Leftovers, ProgressIsSeenByOthers) {
  EXPECT_EQ(ProgressFile::Read(place_), 0);
  ProgressFile progress(place_);
  progress.Move();
  const uint64_t before = ProgressFile::Read(place_);
  progress.Move();
  EXPECT_NE(ProgressFile::Read(place_), before);
}

TEST_F(Leftovers, WhoHungIsKnownUntilTheNextOne) {
  EXPECT_FALSE(ProgressFile::IsStalled(place_));
  {
    ProgressFile progress(place_);
    progress.Move();
    ProgressFile::NoteStall(place_);
    progress.Move();
  }
  EXPECT_TRUE(ProgressFile::IsStalled(place_));
  const ProgressFile next(place_);
  EXPECT_FALSE(ProgressFile::IsStalled(place_));
}

TEST_F(Leftovers, ALongPathGetsAShortSocketOfItsOwn) {
  const std::string deep = "/tmp/" + std::string(120, 'x') + "/beads.db";
  const DaemonPlace one = DaemonPlace::Of(deep), other = DaemonPlace::Of(deep + "2");
  EXPECT_LE(one.socket.size(), 103);
  EXPECT_NE(one.socket, other.socket);
  EXPECT_TRUE(one.HasShortSocket());
  EXPECT_FALSE(place_.HasShortSocket());
}

// Anybody can make names in /tmp, and another user's directory would be a place to put another socket.
TEST_F(Leftovers, AShortSocketIsInADirectoryOfOursAlone) {
  const DaemonPlace place = DaemonPlace::Of(Cat(directory_.Path(std::string(120, 'x')), "/beads.db"));
  ASSERT_TRUE(place.HasShortSocket());
  const std::string socket_directory = os::DirectoryOf(place.socket);
  Must(place.MakeSocketDirectory());
  Must(place.MakeSocketDirectory());
  ASSERT_EQ(chmod(socket_directory.c_str(), 0750), 0);
  EXPECT_EQ(place.MakeSocketDirectory().error().code, Code::kDenied);
  ASSERT_EQ(chmod(socket_directory.c_str(), 0700), 0);
  if (geteuid() == 0) {  // else nobody else's can be made
    ASSERT_EQ(chown(socket_directory.c_str(), 12345, 12345), 0);
    EXPECT_EQ(place.MakeSocketDirectory().error().code, Code::kDenied);
  }
  ASSERT_EQ(rmdir(socket_directory.c_str()), 0);
}

}  // namespace
}  // namespace bd
