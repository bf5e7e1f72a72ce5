// engine/storage/exchange.h: what is known about the shared file.
#include "engine/storage/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/workspace.h"

namespace bd {
namespace {

class ExchangeTest : public testing::Test {
 protected:
  ExchangeTest() : store_(MemoryStore()), tx_(Must(store_.BeginWrite())) {}
  int64_t Changes() { return Must(QueryInt(tx_.db(), "SELECT count(*) FROM bd_line_changes")); }
  Store store_;
  Tx tx_;
};

Hash128 Line(int number) { return HashLine(Cat("line ", number)); }
std::vector<Hash128> Lines(int from, int to) {
  std::vector<Hash128> lines;
  for (int i = from; i < to; ++i) lines.push_back(Line(i));
  return lines;
}

using Texts = std::vector<std::string>;

using LineSets = ExchangeTest;

TEST_F(LineSets, KnowsItsLinesInAnyOrderAndNoOthers) {
  Must(ReplaceLineSet(tx_, Lines(0, 1000)));
  LineSet set = Must(LineSet::Load(tx_));
  EXPECT_EQ(set.known(), 1000);
  for (int i = 999; i >= 0; i -= 3) EXPECT_TRUE(set.See(Line(i))) << i;
  for (int i = 1000; i < 1100; ++i) EXPECT_FALSE(set.See(Line(i)));
  EXPECT_EQ(set.unseen(), 666);
  EXPECT_EQ(set.Unseen().size(), 666);
  EXPECT_FALSE(set.See({}));
}

TEST_F(LineSets, SeeingALineTwiceCountsOnce) {
  Must(ReplaceLineSet(tx_, Lines(0, 3)));
  LineSet set = Must(LineSet::Load(tx_));
  EXPECT_TRUE(set.See(Line(1)));
  EXPECT_TRUE(set.See(Line(1)));
  EXPECT_EQ(set.unseen(), 2);
}

TEST_F(LineSets, AnEmptySetKnowsNothing) {
  LineSet set = Must(LineSet::Load(tx_));
  EXPECT_EQ(set.known(), 0);
  EXPECT_FALSE(set.See(Line(1)));
  Must(ChangeLineSet(tx_, Lines(0, 1), {}));
  set = Must(LineSet::Load(tx_));
  EXPECT_FALSE(set.See(Line(0)));
  EXPECT_TRUE(set.Unseen().empty());
}

TEST_F(LineSets, OfALineThatComesAndGoesTheLastWordCounts) {
  Must(ReplaceLineSet(tx_, Lines(0, 2)));
  Must(ChangeLineSet(tx_, {Line(0)}, {Line(5)}));
  Must(ChangeLineSet(tx_, {Line(5)}, {Line(0)}));
  LineSet set = Must(LineSet::Load(tx_));
  EXPECT_TRUE(set.See(Line(0)));
  EXPECT_FALSE(set.See(Line(5)));
  EXPECT_EQ(set.known(), 2);
}

// More changes than are kept are folded into the blob. Whatever has been folded, the set says what a new
// one made of the same lines says.
TEST_F(LineSets, FoldingChangesNothing) {
  std::set<int> present;
  for (int i = 0; i < 3000; ++i) present.insert(i);
  Must(ReplaceLineSet(tx_, Lines(0, 3000)));
  int folded = 0, next = 3000;
  for (int round = 0; round < 12; ++round) {
    std::vector<Hash128> gone, come;
    for (int i = 0; i < 400; ++i) {
      const int victim = *present.lower_bound((round * 7919 + i * 104729) % *present.rbegin());
      present.erase(victim);
      gone.push_back(Line(victim));
    }
    for (int i = 0; i < 400; ++i) {
      present.insert(next);
      come.push_back(Line(next++));
    }
    const int64_t before = Changes();
    Must(ChangeLineSet(tx_, gone, come));
    folded += Changes() < before;
    LineSet set = Must(LineSet::Load(tx_));
    ASSERT_EQ(set.known(), present.size());
    for (int i = 0; i < next; ++i) ASSERT_EQ(set.See(Line(i)), present.contains(i)) << round << ": " << i;
    ASSERT_EQ(set.unseen(), 0);
  }
  EXPECT_GE(folded, 1);
}

TEST_F(LineSets, ReplacingForgetsWhatCameBefore) {
  Must(ReplaceLineSet(tx_, Lines(0, 10)));
  Must(ChangeLineSet(tx_, {}, Lines(10, 20)));
  Must(ReplaceLineSet(tx_, Lines(5, 6)));
  LineSet set = Must(LineSet::Load(tx_));
  EXPECT_EQ(set.known(), 1);
  EXPECT_EQ(Changes(), 0);
}

using FileRecords = ExchangeTest;

TEST_F(FileRecords, ComeBackAsTheyWereSaved) {
  EXPECT_FALSE(Must(LoadFileRecord(tx_)).has_value());
  FileRecord record;
  record.path = "/a/b";
  record.device = UINT64_MAX;
  record.inode = UINT64_MAX - 1;
  record.size = 5;
  record.mtime_ns = -1;
  record.ctime_ns = INT64_MAX;
  record.trusted = true;
  record.sorted_bytes = 4;
  record.kept = {"beads.db.publish.x", 7, 8, 9};
  Must(SaveFileRecord(tx_, record));
  const FileRecord loaded = *Must(LoadFileRecord(tx_));
  EXPECT_EQ(loaded.device, record.device);
  EXPECT_EQ(loaded.inode, record.inode);
  EXPECT_EQ(loaded.sorted_bytes, 4);
  EXPECT_EQ(loaded.kept.name, "beads.db.publish.x");
  EXPECT_EQ(loaded.kept.mtime_ns, 9);
  os::FileInfo info;
  info.device = record.device;
  info.inode = record.inode;
  info.size = 5;
  info.mtime_ns = -1;
  info.ctime_ns = INT64_MAX;
  EXPECT_TRUE(loaded.Matches("/a/b", info));
  EXPECT_FALSE(loaded.Matches("/a/c", info));
  for (int64_t os::FileInfo::*stamp :
       {&os::FileInfo::size, &os::FileInfo::mtime_ns, &os::FileInfo::ctime_ns}) {
    os::FileInfo other = info;
    other.*stamp = 1;
    EXPECT_FALSE(loaded.Matches("/a/b", other));
  }
  record.trusted = false;
  EXPECT_FALSE(record.Matches("/a/b", info));
  Must(ForgetFileRecord(tx_));
  EXPECT_FALSE(Must(LoadFileRecord(tx_)).has_value());
}

using VerbatimLines = ExchangeTest;

TEST_F(VerbatimLines, AreExportedWhileTheySayTheSame) {
  Issue issue;
  issue.id = "bd-1";
  issue.title = "x";
  issue.status = "open";
  Must(InsertIssueRow(tx_, issue));
  EXPECT_FALSE(Must(HasVerbatimLines(tx_)));
  Must(KeepVerbatim(tx_, "bd-1", "{ \"a\" : 1 }", "{\"a\":1}"));
  EXPECT_TRUE(Must(HasVerbatimLines(tx_)));
  EXPECT_EQ(Must(ExportLine(tx_, "bd-1", "{\"a\":1}")), "{ \"a\" : 1 }");
  EXPECT_EQ(Must(ExportLine(tx_, "bd-1", "{\"a\":2}")), "{\"a\":2}");
  EXPECT_EQ(Must(ExportLine(tx_, "bd-2", "{}")), "{}");
  Must(KeepVerbatim(tx_, "bd-1", "{\"a\":1}", "{\"a\":1}"));
  EXPECT_FALSE(Must(HasVerbatimLines(tx_)));
}

using Rejected = ExchangeTest;

TEST_F(Rejected, KeepTheirBytesAndTheirOrder) {
  const std::string bytes("\xff\0\"x", 4);
  Must(SetRejectedLines(tx_, {{9, "second in number", "b"}, {3, bytes, "a"}}));
  const std::vector<RejectedLine> lines = Must(RejectedLines(tx_));
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(lines[0].number, 9);
  EXPECT_EQ(lines[1].line, bytes);
  EXPECT_EQ(lines[1].reason, "a");
  Must(SetRejectedLines(tx_, {}));
  EXPECT_TRUE(Must(RejectedLines(tx_)).empty());
}

// A line of another version waits until a publish has written it, and no reading of the file ends that.
TEST_F(Rejected, WaitUntilTheyAreWritten) {
  Must(SetLineAside(tx_, {0, "from elsewhere", "a"}));
  Must(SetLineAside(tx_, {0, "from elsewhere", "a"}));
  Must(SetRejectedLines(tx_, {{3, "in the file", "b"}}));
  EXPECT_EQ(Must(UnwrittenRejectedLines(tx_)), Texts{"from elsewhere"});
  Must(SetLineAside(tx_, {0, "came meanwhile", "c"}));
  Must(NoteRejectedLinesWritten(tx_, {"from elsewhere"}));
  EXPECT_EQ(Must(UnwrittenRejectedLines(tx_)), Texts{"came meanwhile"});
  Must(SetRejectedLines(tx_, {{3, "in the file", "b"}, {4, "came meanwhile", "c"}}));
  EXPECT_EQ(Must(UnwrittenRejectedLines(tx_)), Texts{});
  EXPECT_EQ(Must(RejectedLines(tx_)).size(), 2);
}

}  // namespace
}  // namespace bd
