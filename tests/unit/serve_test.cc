// bd/serve.h: a request that is sent again answers the same and acts once.
#include "bd/serve.h"

#include <gtest/gtest.h>

#include "engine/query/ids.h"
#include "engine/session/session.h"
#include "tests/support/marks.h"
#include "tests/support/test_workspace.h"

namespace bd {
namespace {

Request Make(std::string_view command, std::string_view args, std::string id) {
  Request request;
  request.command = FindCommand(command);
  request.args = Must(request.command->handlers.read_args(Must(JsonDocument::Parse(args)).root()));
  request.id = std::move(id);
  return request;
}

std::string Answer(const Reply& reply) {
  if (reply.error) return "error: " + reply.error->message;
  std::string text;
  JsonWriter out(text);
  reply.body->PrintJson(out);
  return text;
}

int64_t Issues(Session& session) {
  Must(session.BeginRead());
  const int64_t count = Must(CountLive(session.tx()));
  session.Rollback();
  return count;
}

constexpr const char* kNewIssue =
    R"({"one":{"issue":{"id":"","title":"New","priority":2,"status":"open","issue_type":"task"}}})";

TEST(Serve, ARequestThatIsSentAgainActsOnce) {
  TestWorkspace test;
  std::string first;
  {
    Session session = test.Open();
    first = Answer(Serve(&session, Make("create", kNewIssue, "r-1")));
    EXPECT_NE(first.find("\"title\":\"New\""), std::string::npos) << first;
    EXPECT_EQ(Answer(Serve(&session, Make("create", kNewIssue, "r-1"))), first);
    EXPECT_EQ(Issues(session), 1);
  }
  // Also by another process, later.
  Session session = test.Open();
  EXPECT_EQ(Answer(Serve(&session, Make("create", kNewIssue, "r-1"))), first);
  EXPECT_EQ(Issues(session), 1);
  EXPECT_NE(Answer(Serve(&session, Make("create", kNewIssue, "r-2"))), first);
  EXPECT_EQ(Issues(session), 2);
}

TEST(Serve, WhatFailedIsNotRemembered) {
  TestWorkspace test;
  Session session = test.Open();
  const char* comment = R"({"id":"bd-none","author":"a","text":"x"})";
  EXPECT_TRUE(Serve(&session, Make("comments add", comment, "r-1")).error.has_value());
  EXPECT_FALSE(Serve(&session, Make("kv set", R"({"key":"k","value":"v"})", "r-1")).error.has_value());
}

TEST(Serve, ARequestIdBelongsToOneCommand) {
  TestWorkspace test;
  Session session = test.Open();
  EXPECT_FALSE(Serve(&session, Make("kv set", R"({"key":"k","value":"v"})", "r-1")).error.has_value());
  const Reply reply = Serve(&session, Make("create", kNewIssue, "r-1"));
  ASSERT_TRUE(reply.error.has_value());
  EXPECT_EQ(reply.error->message, "request id r-1 belongs to another command (kv set)");
  EXPECT_EQ(Issues(session), 0);
}

TEST(Serve, AStoreThatWasReplacedIsOpenedAnewAndTheCommandStartsAgain) {
  TestWorkspace test, other;
  Session session = test.Open();
  EXPECT_FALSE(Serve(&session, Make("create", kNewIssue, "r-1")).error.has_value());
  const std::string& path = test.workspace().database;
  Must(os::Rename(other.workspace().database, path));
  for (const char* suffix : {"-wal", "-shm"}) (void)os::Unlink(path + suffix);
  MarkWatch replaced("serve.store_replaced");
  EXPECT_FALSE(Serve(&session, Make("kv set", R"({"key":"k","value":"v"})", "r-2")).error.has_value());
  EXPECT_EQ(replaced.taken(), 1);
  Store store = Must(Store::Open({path}));
  Tx tx = Must(store.BeginRead());
  EXPECT_EQ(Must(GetConfig(tx, "kv.k")), "v");
}

TEST(Serve, AReplyThatIsTooLargeIsNotStoredButTheRequestIs) {
  TestWorkspace test;
  Session session = test.Open();
  const std::string args = Cat(R"({"key":"k","value":")", std::string(2 << 20, 'x'), "\"}");
  MarkWatch large("serve.reply_not_stored");
  EXPECT_FALSE(Serve(&session, Make("kv set", args, "r-1")).error.has_value());
  EXPECT_EQ(large.taken(), 1);
  const Reply again = Serve(&session, Make("kv set", args, "r-1"));
  ASSERT_TRUE(again.error.has_value());
  EXPECT_NE(again.error->message.find("done already"), std::string::npos);
}

}  // namespace
}  // namespace bd
