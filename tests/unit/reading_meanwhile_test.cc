// engine/sync/shared_file.h: a shared file that somebody rewrites in place while it is read.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/issues.h"
#include "tests/support/marks.h"

namespace bd {
namespace {

// Reading says how far it is every 4,096 lines, in the middle of a block of some 400 lines: of the line that
// ends this block the beginning has been read by then, and the end has not.
constexpr int kIssues = 6000;

// Titles are long enough for the end of a block to fall into one.
std::string Version(char letter, const std::string& first_title) {
  std::string bytes;
  for (int i = 0; i < kIssues; ++i) {
    Issue issue = NamedIssue(Cat("bd-", 10'000 + i), i == 0 ? first_title : std::string(500, letter));
    if (letter != 'x') issue.updated_at = issue.updated_at.Plus(1'000'000'000);
    bytes += IssueLine(issue) + "\n";
  }
  return bytes;
}

bool IsOfOneVersion(const std::string& title) {
  return std::ranges::all_of(title, [&](char c) { return c == title[0]; });
}

class ReadingMeanwhile : public testing::Test {
 protected:
  // One look at a file of x's that becomes one of y's in the middle of it.
  void LookWhileItIsRewritten() {
    clone_.Write(Version('x', "xxxxxxxx"));
    const std::string next = Version('y', "y");  // all that follows is shifted
    Tx tx = Must(clone_.store().BeginWrite());
    TakeInOptions options;
    options.now = TestNow();
    int times = 0;
    options.progress = [&](int64_t, int64_t) {
      if (times++ > 0) return;
      os::Fd file = Must(os::OpenReadWrite(clone_.File(), 0644));
      Must(os::WriteAt(file, next, 0));
    };
    Must(TakeInSharedFile(tx, clone_.File(), options));
    Must(clone_.store().Commit(std::move(tx)));
    EXPECT_GE(times, 1);
  }
  std::map<std::string, Issue> All() {
    Tx tx = Must(clone_.store().BeginRead());
    return AllIssues(tx);
  }
  TestClone clone_;
};

TEST_F(ReadingMeanwhile, ALineOfTwoVersionsIsNotTakenIn) {
  MarkWatch torn("import.torn");
  LookWhileItIsRewritten();
  EXPECT_EQ(torn.taken(), 1);
  const std::map<std::string, Issue> all = All();
  EXPECT_TRUE(std::ranges::any_of(all, [](const auto& e) { return e.second.title[0] == 'x'; }));
  EXPECT_TRUE(std::ranges::any_of(all, [](const auto& e) { return e.second.title[0] == 'y'; }));
  for (const auto& [id, issue] : all) EXPECT_TRUE(IsOfOneVersion(issue.title)) << id << " " << issue.title;
}

TEST_F(ReadingMeanwhile, TheNextLookFindsWhatThisOneDidNotSee) {
  LookWhileItIsRewritten();
  clone_.TakeIn();
  const std::map<std::string, Issue> all = All();
  EXPECT_EQ(all.size(), kIssues);
  for (const auto& [id, issue] : all) EXPECT_EQ(issue.title[0], 'y') << id;
}

// A line in pieces that nobody touches is read like any other.
TEST_F(ReadingMeanwhile, AFileThatStaysIsTakenInWhole) {
  MarkWatch torn("import.torn");
  clone_.Write(Version('x', "xxxxxxxx"));
  EXPECT_EQ(clone_.TakeIn().created, kIssues);
  EXPECT_EQ(torn.taken(), 0);
}

}  // namespace
}  // namespace bd
