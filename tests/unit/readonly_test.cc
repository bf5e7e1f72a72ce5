// engine/storage/readonly.h: a copy of a database that cannot be read in place.
#include "engine/storage/readonly.h"

#include <gtest/gtest.h>

#include "tests/support/marks.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

TEST(ReadOnly, WhatStandsInTheWalIsPartOfTheCopy) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("beads.db");
  Db writer = Must(Db::Open(path, Db::Mode::kCreate, 0));
  Must(writer.Run("PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)"));
  Must(writer.Checkpoint(Db::WalFile::kEmptied, 0));
  Must(writer.Run("INSERT INTO t VALUES (2)"));
  const std::string before = Must(os::ReadFile(path));
  MarkWatch with_wal("readonly.copied_with_wal");
  Db copy = Must(CopyForReading(path));
  EXPECT_EQ(with_wal.taken(), 1);
  EXPECT_EQ(Must(QueryInt(copy, "SELECT sum(a) FROM t")), 3);
  EXPECT_EQ(Must(os::ReadFile(path)), before);
}

TEST(ReadOnly, WithoutFramesTheFileIsEverything) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("beads.db");
  {
    Db writer = Must(Db::Open(path, Db::Mode::kCreate, 0));
    Must(writer.Run("CREATE TABLE t(a); INSERT INTO t VALUES (1)"));
  }
  Db copy = Must(CopyForReading(path));
  Must(copy.Run("INSERT INTO t VALUES (5)"));
  EXPECT_EQ(Must(QueryInt(copy, "SELECT sum(a) FROM t")), 6);
  EXPECT_EQ(Must(os::ListDirectory(directory.path())), std::vector<std::string>{"beads.db"});
}

TEST(ReadOnly, LeavesNothingBehindInTheTemporaryDirectory) {
  TemporaryDirectory directory, temporary;
  const std::string path = directory.Path("beads.db");
  Db writer = Must(Db::Open(path, Db::Mode::kCreate, 0));
  Must(writer.Run("PRAGMA journal_mode = WAL; CREATE TABLE t(a)"));
  setenv("TMPDIR", temporary.path().c_str(), 1);
  EXPECT_TRUE(CopyForReading(path));
  unsetenv("TMPDIR");
  EXPECT_TRUE(Must(os::ListDirectory(temporary.path())).empty());
}

TEST(ReadOnly, WhatIsNotThereOrDamagedIsAnError) {
  TemporaryDirectory directory;
  EXPECT_FALSE(CopyForReading(directory.Path("none.db")));
  Must(os::ReplaceFile(directory.Path("text.db"), std::string(5000, 'x'), 0644));
  EXPECT_EQ(CopyForReading(directory.Path("text.db")).error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace bd
