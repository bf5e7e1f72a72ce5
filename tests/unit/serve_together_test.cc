// bd/serve_together.h: one commit for many, and what one of them does wrong is his alone.
#include "bd/serve_together.h"

#include <gtest/gtest.h>

#include "engine/edit/create.h"
#include "engine/edit/update.h"
#include "engine/os/files.h"
#include "engine/storage/settings.h"
#include "tests/support/must.h"
#include "tests/support/test_workspace.h"

namespace bd {
namespace {

// Sets a key of the workspace, and then maybe fails.
class SetKey : public Part {
 public:
  explicit SetKey(std::string key, std::optional<Error> fails = std::nullopt)
      : key_(std::move(key)), fails_(std::move(fails)) {}
  Status Run(Session& session) override {
    ++runs;
    failures = session.TakeFailures().size();
    session.Note(key_);
    session.Fail(key_);
    TRY(SetConfig(session.tx(), key_, "set"));
    session.QueueHook("create", key_);
    if (!fails_) return Ok();
    const Error error = *fails_;
    if (once) fails_.reset();
    return error;
  }
  void Done(Effects effects, std::vector<std::string> told) override {
    done = true;
    notes = told.size();
    hooks = effects.hooks.size();
  }
  void Failed(Error error) override { failed = error.message; }

  int runs = 0;
  bool done = false, once = false;
  size_t hooks = 0, notes = 0, failures = 0;
  std::string failed;

 private:
  std::string key_;
  std::optional<Error> fails_;
};

class ServeTogetherTest : public testing::Test {
 protected:
  bool IsSet(const std::string& key) {
    Must(session_.BeginRead());
    const bool found = Must(GetConfig(session_.tx(), key)).value_or("") == "set";
    session_.Rollback();
    return found;
  }
  TestWorkspace workspace_;
  Session session_ = workspace_.Open();
};

TEST_F(ServeTogetherTest, EachHasItsEffectAndItsAnswer) {
  SetKey one("a.one"), two("a.two");
  ServeTogether(session_, {&one, &two});
  EXPECT_TRUE(one.done && two.done && IsSet("a.one") && IsSet("a.two"));
  EXPECT_EQ(one.hooks, 1);
}

TEST_F(ServeTogetherTest, AFailureUndoesItsOwnPartOnly) {
  SetKey one("a.one"), wrong("a.wrong", Invalid("no")), two("a.two");
  ServeTogether(session_, {&one, &wrong, &two});
  EXPECT_TRUE(one.done && two.done && IsSet("a.one") && IsSet("a.two"));
  EXPECT_EQ(wrong.failed, "no");
  EXPECT_FALSE(wrong.done || IsSet("a.wrong"));
  EXPECT_EQ(two.hooks, 1);
}

TEST_F(ServeTogetherTest, WhatAnUndonePartCouldNotDoIsSaidOfNobodyElse) {
  SetKey wrong("a.wrong", Invalid("no")), two("a.two");
  ServeTogether(session_, {&wrong, &two});
  EXPECT_EQ(two.failures, 0);
}

TEST_F(ServeTogetherTest, WhatConcernsAllIsToldOnce) {
  SetKey one("a.one"), two("a.two");
  ServeTogether(session_, {&one, &two});
  EXPECT_GT(one.notes, 0);
  EXPECT_EQ(two.notes, 0);
}

TEST_F(ServeTogetherTest, AFullDiskIsEverybodys) {
  SetKey one("a.one"), full("a.full", Error{Code::kIo, "full", "", false}), two("a.two");
  ServeTogether(session_, {&one, &full, &two});
  for (const SetKey* part : {&one, &full, &two}) EXPECT_EQ(part->failed, "full");
  EXPECT_FALSE(IsSet("a.one") || IsSet("a.two"));
}

// Changes the notes of an issue, and then maybe fails.
class ChangeNotes : public Part {
 public:
  ChangeNotes(std::string id, std::string notes, bool fails)
      : id_(std::move(id)), notes_(std::move(notes)), fails_(fails) {}
  Status Run(Session& session) override {
    EditContext context = session.Edit();
    FieldChanges changes;
    changes.notes = notes_;
    TRY(UpdateIssue(context, id_, changes));
    return fails_ ? Status(Invalid("no")) : Ok();
  }
  void Done(Effects, std::vector<std::string>) override {}
  void Failed(Error) override {}

 private:
  std::string id_, notes_;
  bool fails_;
};

TEST_F(ServeTogetherTest, AChangeBehindOneThatWasUndoneIsPublished) {
  Must(session_.BeginWrite());
  EditContext context = session_.Edit();
  NewIssue wanted;
  wanted.issue.title = "one";
  const std::string id = Must(CreateIssue(context, wanted)).id;
  Must(session_.Commit());
  Must(session_.AfterCommit());
  ChangeNotes undone(id, "undone", true), kept(id, "kept", false);
  ServeTogether(session_, {&undone, &kept});
  Must(session_.AfterCommit());
  const std::string file = Must(os::ReadFile(session_.workspace().shared_file, 1 << 20));
  EXPECT_NE(file.find("kept"), std::string::npos) << file;
}

TEST_F(ServeTogetherTest, AfterAReplacedStoreAllRunAgain) {
  SetKey one("a.one"), meets("a.meets", Error{Code::kReplaced, "replaced", "", false});
  meets.once = true;
  ServeTogether(session_, {&one, &meets});
  EXPECT_TRUE(one.done && meets.done);
  EXPECT_EQ(one.runs, 2);
  EXPECT_EQ(one.hooks, 1);
}

}  // namespace
}  // namespace bd
