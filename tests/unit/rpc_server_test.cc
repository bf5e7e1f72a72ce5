// engine/rpc: nobody who is slow, silent, greedy or gone harms the others, and nothing is read past its end.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/socket.h"
#include "engine/rpc/client.h"
#include "engine/rpc/server.h"
#include "tests/support/marks.h"
#include "tests/support/must.h"
#include "tests/support/workspace.h"

namespace bd::rpc {
namespace {

class RpcServer : public testing::Test {
 protected:
  static Limits Small() {
    Limits limits;
    limits.connections_max = 3;
    limits.line_max = 1000;
    limits.idle_ms = limits.line_ms = limits.answer_ms = 50;
    limits.too_many = "too many";
    limits.too_long = "too long";
    return limits;
  }
  Server Open(Limits limits) { return Server(Must(os::Listen(path_, 64)), std::move(limits)); }
  os::Fd Connect() { return Must(os::Connect(path_)); }
  std::vector<Call> Turn(Server& server, int64_t timeout_ms = 0) { return Must(server.Turn(timeout_ms)); }
  static std::string Read(const os::Fd& file) {
    std::string text(1 << 16, '\0');
    text.resize(Must(os::Receive(file, text.data(), text.size())).bytes);
    return text;
  }
  static bool IsClosed(const os::Fd& file) {
    char byte;
    return Must(os::Receive(file, &byte, 1)).ended;
  }
  TemporaryDirectory directory_;
  std::string path_ = directory_.Path("s");
};

TEST_F(RpcServer, AnswersOneLineAfterTheOther) {
  Server server = Open(Limits());
  const os::Fd client = Connect();
  Must(os::Send(client, "first\nsecond\nthi"));
  std::vector<Call> calls = Turn(server);
  ASSERT_EQ(calls.size(), 1);
  EXPECT_EQ(calls[0].line, "first");
  EXPECT_TRUE(Turn(server).empty());  // one request at a time
  server.Answer(calls[0].connection, "1");
  EXPECT_EQ(Read(client), "1\n");
  calls = Turn(server);
  ASSERT_EQ(calls.size(), 1);
  EXPECT_EQ(calls[0].line, "second");
  server.Answer(calls[0].connection, "2");
  EXPECT_TRUE(Turn(server).empty());
  Must(os::Send(client, "rd\n"));
  calls = Turn(server);
  ASSERT_EQ(calls.size(), 1);
  EXPECT_EQ(calls[0].line, "third");
}

TEST_F(RpcServer, FindsAShortLineBehindALongOneThatCameInPieces) {
  Server server = Open(Limits());
  const os::Fd client = Connect();
  Must(os::Send(client, "a long first li"));
  EXPECT_TRUE(Turn(server).empty());
  Must(os::Send(client, "ne\nx\n"));
  std::vector<Call> calls = Turn(server);
  ASSERT_EQ(calls.size(), 1);
  EXPECT_EQ(calls[0].line, "a long first line");
  server.Answer(calls[0].connection, "1");
  calls = Turn(server);
  ASSERT_EQ(calls.size(), 1);
  EXPECT_EQ(calls[0].line, "x");
}

TEST_F(RpcServer, GathersTheRequestsOfAllInOneTurn) {
  Server server = Open(Limits());
  std::vector<os::Fd> clients;
  for (int i = 0; i < 64; ++i) {
    clients.push_back(Connect());
    Must(os::Send(clients.back(), "x\n"));
  }
  EXPECT_EQ(Turn(server).size(), 64);
}

TEST_F(RpcServer, WhoIsSlowOrSilentIsSentAwayAndTheOthersAreServed) {
  Server server = Open(Small());
  const os::Fd silent = Connect(), slow = Connect();
  Must(os::Send(slow, "half a li"));
  Turn(server);
  const int64_t end = os::MonotonicMs() + 200;
  while (server.connections() > 0 && os::MonotonicMs() < end) Turn(server, 10);
  EXPECT_TRUE(IsClosed(silent));
  EXPECT_TRUE(IsClosed(slow));
  const os::Fd other = Connect();
  Must(os::Send(other, "x\n"));
  EXPECT_EQ(Turn(server).size(), 1);
}

// Its time runs from the first byte of a request, whatever comes behind.
TEST_F(RpcServer, WhoSendsALineByteByByteIsSentAwayToo) {
  Limits limits = Small();
  limits.idle_ms = 10'000;
  Server server = Open(limits);
  const os::Fd client = Connect();
  const int64_t end = os::MonotonicMs() + 300;
  do {
    (void)os::Send(client, "x");
    Turn(server);
    os::SleepMs(5);
  } while (server.connections() > 0 && os::MonotonicMs() < end);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(RpcServer, ALineWithoutEndIsToldAndEnds) {
  Server server = Open(Small());
  const os::Fd client = Connect();
  Must(os::Send(client, std::string(5000, 'x')));
  Turn(server);
  Turn(server);
  EXPECT_EQ(Read(client), "too long\n");
  Turn(server);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(RpcServer, OneTooManyIsToldAndCounted) {
  Server server = Open(Small());
  std::vector<os::Fd> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(Connect());
  Turn(server);
  EXPECT_EQ(server.connections(), 3);
  EXPECT_EQ(Read(clients[3]), "too many\n");
  EXPECT_EQ(server.counters().rejected, 1);
}

TEST_F(RpcServer, WhenThereIsNoRoomTheLongestSilentGoes) {
  Limits limits = Small();
  limits.idle_ms = limits.line_ms = 60'000;
  limits.patience_ms = 20;
  Server server = Open(limits);
  const os::Fd asking = Connect(), silent = Connect(), slow = Connect();
  Must(os::Send(asking, "1\n"));
  Must(os::Send(slow, "half a li"));
  EXPECT_EQ(Turn(server).size(), 1);
  os::SleepMs(25);
  const os::Fd first = Connect(), second = Connect(), third = Connect();
  Turn(server);
  EXPECT_TRUE(IsClosed(silent));
  EXPECT_TRUE(IsClosed(slow));
  EXPECT_EQ(Read(third), "too many\n");
  server.Answer(1, "2");
  EXPECT_EQ(Read(asking), "2\n");
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(RpcServer, WhoReadsALongAnswerIsNotSilent) {
  Limits limits = Small();
  limits.idle_ms = limits.line_ms = limits.answer_ms = 60'000;
  limits.patience_ms = 20;
  Server server = Open(limits);
  const os::Fd reading = Connect();
  const os::Fd silent = Connect();
  Must(os::Send(reading, "1\n"));
  ASSERT_EQ(Turn(server).size(), 1);
  const size_t size = 4 << 20;
  server.Answer(1, std::string(size, 'x'));
  os::SleepMs(25);
  const os::Fd first = Connect(), second = Connect();
  Turn(server);
  const os::Fd third = Connect();
  Turn(server);
  EXPECT_TRUE(IsClosed(silent));
  EXPECT_EQ(Read(third), "too many\n");
  size_t got = 0;
  for (const int64_t end = os::MonotonicMs() + 5'000; got < size + 1 && os::MonotonicMs() < end; Turn(server))
    got += Read(reading).size();
  EXPECT_EQ(got, size + 1);
}

TEST_F(RpcServer, ARequestOfWhoIsGoneIsStillCarriedOut) {
  Server server = Open(Limits());
  {
    const os::Fd client = Connect();
    Must(os::Send(client, "do it\nand this\nnot thi"));
  }
  std::vector<Call> calls = Turn(server);
  ASSERT_EQ(calls.size(), 1);
  server.Answer(calls[0].connection, std::string(1 << 20, 'x'));
  calls = Turn(server);
  ASSERT_EQ(calls.size(), 1);
  EXPECT_EQ(calls[0].line, "and this");
  server.Answer(calls[0].connection, "done");
  EXPECT_TRUE(Turn(server).empty());
  EXPECT_EQ(server.connections(), 0);
}

// Who says that nothing more comes may still read: all of the answers are his.
TEST_F(RpcServer, WhoHasNoMoreToSayGetsAllAnswers) {
  Server server = Open(Limits());
  const os::Fd client = Connect();
  Must(os::Send(client, "one\ntwo\n"));
  os::EndSending(client);
  const std::string long_answer(4 << 20, 'x');
  std::vector<std::string> asked;
  std::string got;
  for (int turn = 0; turn < 1000 && server.connections() + (turn == 0) > 0; ++turn) {
    for (const Call& call : Turn(server)) {
      asked.push_back(call.line);
      server.Answer(call.connection, long_answer);
    }
    got += Read(client);
  }
  for (std::string rest = Read(client); !rest.empty(); rest = Read(client)) got += rest;
  EXPECT_EQ(asked, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(got.size(), 2 * (long_answer.size() + 1));
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(RpcServer, AnAnswerThatNobodyReadsHasAnEnd) {
  Server server = Open(Small());
  const os::Fd client = Connect();
  Must(os::Send(client, "x\n"));
  const std::vector<Call> calls = Turn(server);
  server.Answer(calls[0].connection, std::string(16 << 20, 'x'));
  const int64_t end = os::MonotonicMs() + 500;
  while (server.connections() > 0 && os::MonotonicMs() < end) Turn(server, 10);
  EXPECT_EQ(server.connections(), 0);
}

// Of the last one not a byte fits.
TEST_F(RpcServer, AnswersThatNobodyReadsHaveAnEnd) {
  Server server = Open(Small());
  const os::Fd client = Connect();
  std::string requests;
  for (int i = 0; i < 400; ++i) requests += "q\n";
  Must(os::Send(client, requests));
  int answers = 0;
  for (std::vector<Call> calls = Turn(server); !calls.empty(); calls = Turn(server)) {
    server.Answer(calls[0].connection, std::string(900, 'x'));
    ++answers;
  }
  ASSERT_LT(answers, 400);
  os::SleepMs(60);
  Turn(server);
  while (Read(client).size() > 1) continue;
  EXPECT_TRUE(IsClosed(client));
}

// The limits are about what a client does, not about how long its answer takes.
TEST_F(RpcServer, WhoWaitsForItsAnswerIsNotSentAwayMeanwhile) {
  Server server = Open(Small());
  const os::Fd client = Connect();
  Must(os::Send(client, "slow\n"));
  const std::vector<Call> calls = Turn(server);
  ASSERT_EQ(calls.size(), 1);
  os::SleepMs(60);
  EXPECT_TRUE(Turn(server).empty());
  server.Answer(calls[0].connection, "done");
  EXPECT_EQ(Read(client), "done\n");
}

TEST_F(RpcServer, WhoHasItsAnswerMayStaySilentAsLongAsBefore) {
  Limits limits = Small();
  limits.idle_ms = 10'000;
  Server server = Open(limits);
  const os::Fd client = Connect();
  for (const char* line : {"first", "second"}) {
    Must(os::Send(client, Cat(line, "\n")));
    const std::vector<Call> calls = Turn(server);
    ASSERT_EQ(calls.size(), 1);
    server.Answer(calls[0].connection, "done");
    EXPECT_EQ(Read(client), "done\n");
    os::SleepMs(60);
    EXPECT_TRUE(Turn(server).empty());
  }
  EXPECT_EQ(server.connections(), 1u);
}

// Who knocks is seen by every look: without a pause it would be looked for again at once, for ever.
TEST_F(RpcServer, WhereNoFileCanBeOpenedItRests) {
  Server server = Open(Limits());
  const os::Fd client = Connect();
  MarkWatch cannot("rpc.cannot_accept");
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 3;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const int64_t begin = os::MonotonicMs();
  for (int i = 0; i < 3; ++i) Turn(server, 30);
  const int64_t passed = os::MonotonicMs() - begin;
  EXPECT_LE(cannot.taken(), 1 + passed / 100);
  EXPECT_GE(passed, 50);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  os::SleepMs(100);
  Must(os::Send(client, "q\n"));
  size_t asked = 0;
  for (int i = 0; i < 3; ++i) asked += Turn(server, 30).size();
  EXPECT_EQ(asked, 1);
}

TEST_F(RpcServer, AStopLetsWhoAskedHaveTheAnswer) {
  Server server = Open(Limits());
  const os::Fd idle = Connect(), asking = Connect();
  Must(os::Send(asking, "x\n"));
  const std::vector<Call> calls = Turn(server);
  server.StopListening();
  Turn(server);
  EXPECT_TRUE(IsClosed(idle));
  EXPECT_FALSE(server.IsDrained());
  server.Answer(calls[0].connection, "y");
  EXPECT_EQ(Read(asking), "y\n");
  Turn(server);
  EXPECT_TRUE(server.IsDrained());
}

TEST_F(RpcServer, TenThousandFailingClientsLeaveNothingBehind) {
  Server server = Open(Limits());
  for (int i = 0; i < 10'000; ++i) {
    const os::Fd client = Connect();
    if (i % 3 == 0) Must(os::Send(client, "half"));
    if (i % 50 == 0) Turn(server);
  }
  Turn(server);
  Turn(server);
  EXPECT_EQ(server.connections(), 0);
  EXPECT_LT(Connect().get(), 64);
}

// --- The other end

const Patience kShort{100, 2000, {}};

TEST_F(RpcServer, EachWayToFailIsAFinding) {
  EXPECT_EQ(Client(path_).Ask("x", kShort).finding, Finding::kNotThere);
  { const os::Fd gone = Must(os::Listen(path_, 1)); }
  EXPECT_EQ(Client(path_).Ask("x", kShort).finding, Finding::kRefused);
  ASSERT_TRUE(os::Unlink(path_));
  Server server = Open(Limits());
  Client client(path_);
  const int64_t begin = os::MonotonicMs();
  EXPECT_EQ(client.Ask("x", kShort).finding, Finding::kSilent);
  EXPECT_LT(os::MonotonicMs() - begin, 1000);
  EXPECT_EQ(client.Ask("x", kShort).finding, Finding::kSilent);  // and it stays so
}

TEST_F(RpcServer, AServerThatMovesIsWaitedFor) {
  Server server = Open(Limits());
  uint64_t steps = 0;
  Patience patience{150, 400, [&steps] { return ++steps; }};
  Client client(path_);
  const int64_t begin = os::MonotonicMs();
  EXPECT_EQ(client.Ask("x", patience).finding, Finding::kSilent);
  EXPECT_GE(os::MonotonicMs() - begin, 400);
}

TEST_F(RpcServer, AnEndInTheMiddleOfAnAnswerIsALoss) {
  const os::Fd listener = Must(os::Listen(path_, 1));
  Client client(path_);
  {
    const os::Fd server = Must(os::Accept(listener));
    Must(os::Send(server, "half an answ"));
  }
  EXPECT_EQ(client.Ask("x", kShort).finding, Finding::kLost);
}

}  // namespace
}  // namespace bd::rpc
