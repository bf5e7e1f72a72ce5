// engine/os/socket.h: connections that are never waited for, and failures that can be told from each other.
#include "engine/os/socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/os/poll.h"
#include "tests/support/must.h"
#include "tests/support/workspace.h"

namespace bd::os {
namespace {

Code CodeOf(const Result<Fd>& result) {
  EXPECT_FALSE(result);
  return result ? Code::kIo : result.error().code;
}

TEST(Socket, CarriesBytesBothWaysAndTellsTheEnd) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("s");
  const Fd listener = Must(Listen(path, 4));
  EXPECT_FALSE(Must(Accept(listener)));
  Fd client = Must(Connect(path));
  const Fd server = Must(Accept(listener));
  ASSERT_TRUE(server);
  EXPECT_EQ(Must(PeerOf(server)).pid, getpid());
  EXPECT_EQ(Must(PeerOf(server)).user, getuid());
  char bytes[8];
  EXPECT_EQ(Must(Receive(server, bytes, sizeof bytes)).bytes, 0);
  EXPECT_EQ(Must(Send(client, "question")).bytes, 8);
  const Transfer got = Must(Receive(server, bytes, sizeof bytes));
  EXPECT_EQ(std::string(bytes, got.bytes), "question");
  client.Close();
  EXPECT_TRUE(Must(Receive(server, bytes, sizeof bytes)).ended);
  EXPECT_TRUE(Must(Send(server, "answer")).ended);
}

TEST(Socket, TakesNoMoreThanThereIsRoomFor) {
  TemporaryDirectory directory;
  const Fd listener = Must(Listen(directory.Path("s"), 4));
  const Fd client = Must(Connect(directory.Path("s")));
  const std::string much(16 << 20, 'x');
  const Transfer sent = Must(Send(client, much));
  EXPECT_GT(sent.bytes, 0);
  EXPECT_LT(sent.bytes, much.size());
  EXPECT_EQ(Must(Send(client, much)).bytes, 0);
}

TEST(Socket, IsForItsOwner) {
  TemporaryDirectory directory;
  const Fd listener = Must(Listen(directory.Path("s"), 4));
  struct stat status;
  ASSERT_EQ(stat(directory.Path("s").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600);
}

// A client does something else in each of these cases.
TEST(Socket, FailuresToConnectCanBeTold) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("s");
  EXPECT_EQ(CodeOf(Connect(path)), Code::kNotFound);
  { const Fd gone = Must(Listen(path, 1)); }
  EXPECT_EQ(CodeOf(Connect(path)), Code::kRefused);
  EXPECT_EQ(CodeOf(Listen(path, 1)), Code::kConflict);
  EXPECT_EQ(CodeOf(Connect(directory.Path(std::string(kSocketPathMax, 'x')))), Code::kInvalid);
  EXPECT_EQ(CodeOf(Listen(directory.Path(std::string(kSocketPathMax, 'x')), 1)), Code::kInvalid);
  Must(ReplaceFile(directory.Path("file"), "text", 0644));
  EXPECT_EQ(CodeOf(Connect(directory.Path("file"))), Code::kRefused);
}

TEST(Socket, AFullQueueIsBusy) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("s");
  const Fd listener = Must(Listen(path, 1));
  std::vector<Fd> clients;
  for (int i = 0; i < 8; ++i) {
    Result<Fd> client = Connect(path);
    if (!client) {
      EXPECT_EQ(client.error().code, Code::kBusy);
      return;
    }
    clients.push_back(std::move(*client));
  }
  FAIL() << "more clients wait than there is room for";
}

TEST(Poll, SaysWhoIsReady) {
  TemporaryDirectory directory;
  const Fd listener = Must(Listen(directory.Path("s"), 4));
  const Fd client = Must(Connect(directory.Path("s")));
  const Fd server = Must(Accept(listener));
  std::vector<Watched> watched = {WatchRead(listener), WatchRead(server), {client.get(), true, true}};
  Must(Poll(watched, 0));
  EXPECT_FALSE(watched[0].can_read || watched[1].can_read || watched[2].can_read);
  EXPECT_TRUE(watched[2].can_write);
  Must(Send(client, "x"));
  Must(Poll(watched, 1000));
  EXPECT_TRUE(watched[1].can_read);
}

}  // namespace
}  // namespace bd::os
