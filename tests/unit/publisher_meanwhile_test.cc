// engine/sync/publisher.h: what others write in the meantime is not lost.
#include <gtest/gtest.h>

#include "engine/sync/publisher.h"
#include "tests/support/marks.h"
#include "tests/support/publishing.h"

namespace bd {
namespace {

// A file as somebody leaves it who is still at work: its time is now.
void WriteNow(const std::string& path, std::string_view bytes) { Must(os::ReplaceFile(path, bytes, 0644)); }

void Append(const std::string& path, std::string_view bytes) {
  os::Fd file = Must(os::OpenAppend(path, 0644));
  Must(os::Write(file, bytes));
}

TEST(PublishMeanwhile, AFileThatChangedIsTakenInFirst) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Write(LineOf("bd-z"));
  MarkWatch first("publish.takes_in_first");
  const PublishReport report = clone.Export();
  EXPECT_EQ(first.taken(), 1);
  EXPECT_EQ(report.taken_in.created, 1);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-z"));
}

// Full versions of many lines say how far they are, which lets a test act in the middle.
class PublishInTheMiddle : public testing::Test {
 protected:
  static constexpr int kIssues = 4200;
  PublishInTheMiddle() {
    clone_.Edit([](EditContext& context) {
      for (int i = 0; i < kIssues; ++i) Must(InsertIssueRow(context.tx, NamedIssue(Cat("bd-", i))));
      Must(MarkAllNew(context.tx, TestNow()));
    });
    clone_.Export();
    clone_.Add("bd-new");
  }
  // Runs `act` once, behind the look at the file and before the exchange.
  template <typename Act>
  PublishReport ExportAnd(Act act, const std::string& git_dir = "") {
    PublishOptions options = clone_.Options();
    options.git_dir = git_dir;
    options.git_wait_ms = 50;
    options.full = true;
    int times = 0;
    options.progress = [&](int64_t, int64_t) {
      if (times++ == 0) act();
    };
    const PublishReport report = Must(Publish(clone_.store(), options));
    EXPECT_GE(times, 1);
    return report;
  }
  PublishingClone clone_;
};

TEST_F(PublishInTheMiddle, WhatIsAppendedBeforeTheExchangeIsNotLost) {
  MarkWatch unexpected("publish.unexpected_came_out");
  const PublishReport report = ExportAnd([&] { Append(clone_.File(), LineOf("bd-appended")); });
  EXPECT_EQ(report.outcome, Outcome::kPublished);
  EXPECT_EQ(unexpected.taken(), 1);
  EXPECT_TRUE(clone_.Find("bd-appended").has_value());
  EXPECT_NE(clone_.Read().find("\"bd-appended\""), std::string::npos);
  EXPECT_NE(clone_.Read().find("\"bd-new\""), std::string::npos);
  EXPECT_EQ(clone_.Dirty(), 0);
}

TEST_F(PublishInTheMiddle, WhatGitBeginsMeanwhileIsNotDisturbed) {
  TemporaryDirectory git;
  const std::string before = clone_.Read();
  const PublishReport report =
      ExportAnd([&] { Must(os::ReplaceFile(git.Path("index.lock"), "", 0644)); }, git.path());
  EXPECT_EQ(report.outcome, Outcome::kGitIsBusy);
  EXPECT_EQ(clone_.Read(), before);
  EXPECT_GT(clone_.Dirty(), 0);
}

TEST_F(PublishInTheMiddle, AFileThatWasPutInItsPlaceIsNotLost) {
  const std::string bytes = clone_.Read() + LineOf("bd-renamed");
  ExportAnd([&] { WriteNow(clone_.File(), bytes); });
  EXPECT_NE(clone_.Read().find("\"bd-renamed\""), std::string::npos);
  EXPECT_NE(clone_.Read().find("\"bd-new\""), std::string::npos);
}

TEST_F(PublishInTheMiddle, AFileThatIsTakenAwayComesBackComplete) {
  ExportAnd([&] { Must(os::Unlink(clone_.File())); });
  const std::string bytes = clone_.Read();
  EXPECT_EQ(std::count(bytes.begin(), bytes.end(), '\n'), kIssues + 1);
}

TEST_F(PublishInTheMiddle, AnIssueThatChangesMeanwhileStaysDirty) {
  ExportAnd([&] {
    Store other = Must(Store::Open({clone_.directory().Path("beads.db")}));
    Tx tx = Must(other.BeginWrite());
    Must(MarkDirty(tx, "bd-new", TestNow()));
    Must(UpdateIssueRow(tx, NamedIssue("bd-new", "changed meanwhile")));
    Must(other.Commit(std::move(tx)));
  });
  EXPECT_EQ(clone_.Dirty(), 1);
  EXPECT_EQ(clone_.Read().find("changed meanwhile"), std::string::npos);
  clone_.Export();
  EXPECT_NE(clone_.Read().find("changed meanwhile"), std::string::npos);
}

// The kept file goes with the next version, and is looked at a last time: somebody may still have it open.
TEST_F(PublishInTheMiddle, WhatIsWrittenIntoTheKeptFileBeforeItGoesIsNotLost) {
  os::Fd writer = Must(os::OpenAppend(clone_.File(), 0644));
  clone_.Export();
  clone_.Add("bd-newer");
  ExportAnd([&] { Must(os::Write(writer, LineOf("bd-late"))); });
  EXPECT_TRUE(clone_.Find("bd-late").has_value());
  clone_.Export();
  EXPECT_NE(clone_.Read().find("\"bd-late\""), std::string::npos);
}

// Whoever had the file open before the exchange writes into the kept one.
TEST(PublishMeanwhile, WhatIsWrittenIntoTheKeptFileIsTakenIn) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Export();
  os::Fd writer = Must(os::OpenAppend(clone.File(), 0644));
  clone.Add("bd-b");
  clone.Export();
  Must(os::Write(writer, LineOf("bd-late")));
  {
    Tx tx = Must(clone.store().BeginRead());
    EXPECT_FALSE(Must(IsSharedFileFresh(tx, clone.File())));
  }
  MarkWatch grew("import.kept_grew");
  clone.TakeIn();
  EXPECT_EQ(grew.taken(), 1);
  EXPECT_TRUE(clone.Find("bd-late").has_value());
  clone.Export();
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b") + LineOf("bd-late"));
}

TEST(PublishMeanwhile, WhatACrashLeftBehindIsTakenInAndRemoved) {
  PublishingClone clone;
  clone.Add("bd-a");
  const std::string left = clone.directory().Path("beads.db.publish.0123456789abcdef");
  Must(os::ReplaceFile(left, LineOf("bd-left") + "{\"id\":\"cut o", 0644));
  MarkWatch behind("publish.left_behind");
  clone.Export();
  EXPECT_EQ(behind.taken(), 1);
  EXPECT_FALSE(os::Exists(left));
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-left"));
}

// The inode's number in its name says that nobody but its writer ever saw it.
TEST(PublishMeanwhile, WhatWasNeverInPlaceIsRemovedAndNotTakenIn) {
  PublishingClone clone;
  clone.Add("bd-a");
  const std::string left = clone.directory().Path("beads.db.publish.0123456789abcdef");
  Must(os::ReplaceFile(left, LineOf("bd-left"), 0644));
  const std::string named = left + "." + std::to_string(Must(os::Stat(left)).inode);
  Must(os::Rename(left, named));
  clone.Export();
  EXPECT_FALSE(os::Exists(named));
  EXPECT_EQ(clone.Read(), LineOf("bd-a"));
}

}  // namespace
}  // namespace bd
