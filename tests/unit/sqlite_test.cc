// engine/storage/sqlite.h: values go in and out as they are, and SQLite's codes become ours.
#include "engine/storage/sqlite.h"

#include <gtest/gtest.h>

#include "tests/support/workspace.h"

namespace bd {
namespace {

Db Memory() { return Must(Db::Open("", Db::Mode::kMemory, 0)); }

TEST(Sqlite, ValuesOfEveryKindComeBack) {
  Db db = Memory();
  const std::string bytes("a\0b\xff", 4);
  Statement row = Must(db.Prepare("SELECT ?, ?, ?, ?, ?, ?, ?, ?"));
  row.Bind(INT64_MIN, 0.1, "é", std::string_view(), true, nullptr, std::optional<int64_t>());
  row.BindBlob(8, bytes);
  ASSERT_TRUE(Must(row.Step()));
  EXPECT_EQ(row.Int(0), INT64_MIN);
  EXPECT_EQ(row.Double(1), 0.1);
  EXPECT_EQ(row.Text(2), "é");
  EXPECT_EQ(row.Text(3), "");
  EXPECT_FALSE(row.IsNull(3));  // an empty text is one
  EXPECT_EQ(row.Int(4), 1);
  EXPECT_TRUE(row.IsNull(5));
  EXPECT_TRUE(row.IsNull(6));
  EXPECT_EQ(row.Text(7), bytes);
  EXPECT_FALSE(Must(row.Step()));
}

TEST(Sqlite, TextsWithZeroBytesKeepTheirLength) {
  Db db = Memory();
  const std::string text("a\0b", 3);
  Statement row = Must(db.Prepare("SELECT ?"));
  row.Bind(text);
  ASSERT_TRUE(Must(row.Step()));
  EXPECT_EQ(row.Text(0), text);
}

TEST(Sqlite, AnEmptyTextMayStandForNothing) {
  Db db = Memory();
  Statement row = Must(db.Prepare("SELECT ?, ?"));
  row.BindTextOrNull(1, "");
  row.BindTextOrNull(2, "x");
  ASSERT_TRUE(Must(row.Step()));
  EXPECT_TRUE(row.IsNull(0));
  EXPECT_EQ(row.Text(1), "x");
}

TEST(Sqlite, AStatementThatWasGivenBackForgetsItsValues) {
  Db db = Memory();
  {
    Statement row = Must(db.Prepare("SELECT ?1"));
    row.Bind("secret");
    ASSERT_TRUE(Must(row.Step()));
  }
  Statement again = Must(db.Prepare("SELECT ?1"));
  ASSERT_TRUE(Must(again.Step()));
  EXPECT_TRUE(again.IsNull(0));
}

TEST(Sqlite, OneTextInUseTwiceIsTwoStatements) {
  Db db = Memory();
  Must(db.Run("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)"));
  Statement outer = Must(db.Prepare("SELECT a FROM t ORDER BY a"));
  std::string seen;
  while (Must(outer.Step())) {
    Statement inner = Must(db.Prepare("SELECT a FROM t ORDER BY a"));
    while (Must(inner.Step())) seen += Cat(outer.Int(0), inner.Int(0), " ");
  }
  EXPECT_EQ(seen, "11 12 21 22 ");
}

TEST(Sqlite, MoreStatementsThanAreKeptAllWork) {
  Db db = Memory();
  for (int i = 0; i < 500; ++i) EXPECT_EQ(Must(QueryInt(db, Cat("SELECT ", i))), i);
  EXPECT_EQ(Must(QueryInt(db, "SELECT 7")), 7);
}

TEST(Sqlite, QuestionsForOneValueSayNothingWhereThereIsNone) {
  Db db = Memory();
  Must(db.Run("CREATE TABLE t(a)"));
  EXPECT_EQ(Must(QueryText(db, "SELECT a FROM t")), std::nullopt);
  EXPECT_EQ(Must(QueryInt(db, "SELECT a FROM t")), 0);
  EXPECT_TRUE(Must(QueryTexts(db, "SELECT a FROM t")).empty());
  Must(db.Execute("INSERT INTO t VALUES (?), (?), (NULL)", "x", "y"));
  EXPECT_EQ(db.Changes(), 3);
  EXPECT_EQ(db.LastRowId(), 3);
  EXPECT_EQ(Must(QueryText(db, "SELECT a FROM t WHERE a IS NULL")), std::nullopt);
  EXPECT_EQ(Must(QueryTexts(db, "SELECT a FROM t WHERE a IS NOT NULL")),
            (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(Placeholders(3), "?,?,?");
  EXPECT_EQ(Placeholders(0), "");
}

TEST(Sqlite, ErrorsHaveTheCodeThatCallersReactTo) {
  Db db = Memory();
  Must(db.Run("CREATE TABLE t(a PRIMARY KEY, b REFERENCES t(a)); INSERT INTO t VALUES (1, NULL)"));
  EXPECT_EQ(db.Execute("INSERT INTO t VALUES (1, NULL)").error().code, Code::kConflict);
  EXPECT_EQ(db.Execute("INSERT INTO t VALUES (2, 5)").error().code, Code::kConflict);  // references count
  EXPECT_FALSE(db.Prepare("SELECT nothing FROM nowhere"));
  EXPECT_FALSE(db.Run("no SQL"));
  TemporaryDirectory directory;
  EXPECT_EQ(Db::Open(directory.Path("none"), Db::Mode::kReadWrite, 0).error().code, Code::kDenied);
  Must(os::ReplaceFile(directory.Path("text"), std::string(5000, 'x'), 0644));
  Db text = Must(Db::Open(directory.Path("text"), Db::Mode::kReadWrite, 0));
  EXPECT_EQ(QueryInt(text, "SELECT count(*) FROM sqlite_master").error().code, Code::kCorrupt);
}

TEST(Sqlite, AnotherWritersLockIsBusyAfterItsTime) {
  TemporaryDirectory directory;
  Db one = Must(Db::Open(directory.Path("db"), Db::Mode::kCreate, 0));
  Must(one.Run("CREATE TABLE t(a); BEGIN IMMEDIATE"));
  Db other = Must(Db::Open(directory.Path("db"), Db::Mode::kReadWrite, 0));
  const Status busy = other.Run("BEGIN IMMEDIATE");
  EXPECT_EQ(busy.error().code, Code::kBusy);
  EXPECT_NE(busy.error().message.find("locked by another process"), std::string::npos);
  EXPECT_FALSE(other.InTransaction());
  EXPECT_TRUE(one.InTransaction());
}

TEST(Sqlite, AnImmutableFileIsReadWhateverItsNameIs) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("odd ?#%41&é.db");
  {
    Db db = Must(Db::Open(path, Db::Mode::kCreate, 0));
    Must(db.Run("CREATE TABLE t(a); INSERT INTO t VALUES (42)"));
  }
  Db db = Must(Db::Open(path, Db::Mode::kImmutable, 0));
  EXPECT_EQ(Must(QueryInt(db, "SELECT a FROM t")), 42);
  EXPECT_EQ(db.Run("INSERT INTO t VALUES (1)").error().code, Code::kDenied);
  EXPECT_EQ(Must(os::ListDirectory(directory.path())).size(), 1);
}

TEST(Sqlite, ACopyHasEverythingAndGoesItsOwnWay) {
  Db from = Memory(), to = Memory();
  Must(from.Run("CREATE TABLE t(a); INSERT INTO t VALUES (1)"));
  Must(to.CopyFrom(from));
  Must(from.Run("INSERT INTO t VALUES (2)"));
  EXPECT_EQ(Must(QueryInt(to, "SELECT count(*) FROM t")), 1);
}

TEST(Sqlite, TheWalIsCutOnlyWhenNobodyReadsFromIt) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("db");
  Db writer = Must(Db::Open(path, Db::Mode::kCreate, 0));
  Must(writer.Run("PRAGMA journal_mode = WAL; CREATE TABLE t(a)"));
  EXPECT_GT(writer.WalFrames(), 0);
  Db reader = Must(Db::Open(path, Db::Mode::kReadWrite, 0));
  Must(reader.Run("BEGIN"));
  EXPECT_EQ(Must(QueryInt(reader, "SELECT count(*) FROM t")), 0);
  Must(writer.Run("INSERT INTO t VALUES (1)"));
  EXPECT_FALSE(Must(writer.Checkpoint(Db::WalFile::kEmptied, 0)));
  EXPECT_EQ(Must(QueryInt(reader, "SELECT count(*) FROM t")), 0);  // its moment stays
  Must(reader.Run("COMMIT"));
  EXPECT_TRUE(Must(writer.Checkpoint(Db::WalFile::kEmptied, 0)));
  EXPECT_EQ(writer.WalFrames(), 0);
  EXPECT_EQ(Must(os::Stat(path + "-wal")).size, 0);
}

TEST(Sqlite, OnlyTheHolderOfTheStoreLockCheckpoints) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("db");
  int64_t size = 0;
  {
    Db db = Must(Db::Open(path, Db::Mode::kCreate, 0));
    Must(db.Run("PRAGMA journal_mode = WAL; CREATE TABLE t(a)"));
    for (int i = 0; i < 30; ++i) Must(db.Execute("INSERT INTO t VALUES (randomblob(200000))"));
    size = Must(os::Stat(path + "-wal")).size;
    EXPECT_GT(size, 6'000'000);  // SQLite itself would have begun anew after 1000 pages
  }
  EXPECT_EQ(Must(os::Stat(path + "-wal")).size, size);  // and on closing
}

TEST(SqliteFunctions, ContainsIgnoresTheCaseOfAscii) {
  Db db = Memory();
  EXPECT_EQ(Must(QueryInt(db, "SELECT bd_contains(?, ?)", "The Blocked one", "bLOCK")), 1);
  EXPECT_EQ(Must(QueryInt(db, "SELECT bd_contains(?, ?)", "other", "bLOCK")), 0);
  EXPECT_EQ(Must(QueryInt(db, "SELECT bd_contains('x', '')")), 1);
  EXPECT_EQ(Must(QueryInt(db, "SELECT coalesce(bd_contains(NULL, 'x'), 0)")), 0);
  EXPECT_EQ(Must(QueryInt(db, "SELECT bd_contains(12345, 34)")), 1);
}

}  // namespace
}  // namespace bd
