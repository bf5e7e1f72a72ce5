// engine/storage/store.h: what is opened, and transactions.
#include "engine/storage/store.h"

#include <gtest/gtest.h>

#include "engine/os/clock.h"
#include "engine/storage/migrate.h"
#include "tests/support/other_process.h"
#include "tests/support/value_store.h"

namespace bd {
namespace {

// --- Opening one

TEST(StoreOpen, SaysWhatIsWrongAndTouchesNothing) {
  TemporaryDirectory directory;
  EXPECT_EQ(Store::Open({directory.Path("none.db")}).error().code, Code::kNotFound);
  const std::string path = directory.Path("text.db");
  for (const auto& [bytes, code] :
       {std::pair{std::string(5000, 'x'), Code::kCorrupt}, std::pair{std::string("short"), Code::kCorrupt},
        std::pair{std::string(), Code::kReplaced}}) {
    Must(os::OverwriteFile(path, bytes, 0644));
    EXPECT_EQ(Store::Open({path}).error().code, code) << bytes;
    EXPECT_EQ(Must(os::ReadFile(path)), bytes);
  }
  EXPECT_EQ(Must(os::ListDirectory(directory.path())), std::vector<std::string>{"text.db"});
}

TEST(StoreOpen, ADatabaseOfANewerVersionIsRefusedUntouched) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  {
    Db db = Must(Db::Open(path, Db::Mode::kReadWrite, 0));
    Must(db.Run("PRAGMA journal_mode = DELETE"));
    Must(db.Execute("UPDATE bd_meta SET value = ? WHERE key = 'schema_version'", SchemaVersion() + 1));
  }
  const std::string before = Must(os::ReadFile(path));
  const Result<Store> opened = Store::Open({path});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kNewer);
  EXPECT_NE(opened.error().message.find(Cat(SchemaVersion() + 1)), std::string::npos);
  EXPECT_EQ(Must(os::ReadFile(path)), before);
}

TEST(StoreTx, FindsThatANewerVersionHasMigratedTheStoreMeanwhile) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  Store store = Must(Store::Open({path}));
  Must(Must(store.BeginRead()).db().Run("SELECT 1"));
  {
    Db db = Must(Db::Open(path, Db::Mode::kReadWrite, 0));
    Must(db.Execute("UPDATE bd_meta SET value = ? WHERE key = 'schema_version'", SchemaVersion() + 1));
  }
  const Result<Tx> read = store.BeginRead();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kNewer);
  const Result<Tx> write = store.BeginWrite();
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().code, Code::kNewer);
}

TEST(StoreOpen, ADatabaseOfAnotherProgramIsRefusedUntouched) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("other.db");
  for (const char* schema :
       {"CREATE TABLE bookmarks(url TEXT)", "CREATE TABLE issues(number INTEGER, body TEXT)"}) {
    {
      Db db = Must(Db::Open(path, Db::Mode::kCreate, 0));
      Must(db.Run(schema));
    }
    const std::string before = Must(os::ReadFile(path));
    const Result<Store> opened = Store::Open({path});
    ASSERT_FALSE(opened) << schema;
    EXPECT_EQ(opened.error().code, Code::kInvalid);
    EXPECT_NE(opened.error().message.find(path), std::string::npos);
    EXPECT_EQ(Must(os::ReadFile(path)), before);
    Must(os::Unlink(path));
  }
}

// --- Transactions

TEST(StoreTx, IsRolledBackUnlessItIsCommitted) {
  TemporaryDirectory directory;
  Store store = Must(Store::Open({MakeStore(directory, "beads.db", "before")}));
  {
    Tx tx = Must(store.BeginWrite());
    Must(PutValue(tx, "value", "never"));
  }
  EXPECT_EQ(Value(store), "before");
  Must(Change(store, "after"));
  EXPECT_EQ(Value(store), "after");
}

TEST(StoreTx, AReaderSeesOneMomentAndHoldsUpNobody) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "before");
  Store reader = Must(Store::Open({path})), writer = Must(Store::Open({path, 0}));
  {
    Tx tx = Must(reader.BeginRead());
    EXPECT_EQ(Must(GetConfig(tx, "value")), "before");
    Must(Change(writer, "after"));
    EXPECT_EQ(Must(GetConfig(tx, "value")), "before");
  }
  EXPECT_EQ(Value(reader), "after");
}

TEST(StoreTx, OneWritesAtATimeAndTheLockFileStays) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  Store one = Must(Store::Open({path})), other = Must(Store::Open({path}));
  uint64_t inode = 0;
  {
    Tx tx = Must(one.BeginWrite());
    inode = Must(os::Stat(path + ".lock")).inode;
    EXPECT_EQ(other.BeginWriteWithin(0).error().code, Code::kBusy);
    const int64_t begin = os::MonotonicMs();
    EXPECT_EQ(other.BeginWriteWithin(60).error().code, Code::kBusy);
    EXPECT_GE(os::MonotonicMs() - begin, 60);
    EXPECT_EQ(Value(other), "x");
  }
  Must(Change(other, "y"));
  EXPECT_EQ(Must(os::Stat(path + ".lock")).inode, inode);
}

TEST(StoreTx, TheLockOfAKilledWriterIsFreeAndItsWorkIsGone) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "before");
  OtherProcess writer([&] {
    Store* store = new Store(Must(Store::Open({path})));
    Tx* tx = new Tx(Must(store->BeginWrite()));
    return PutValue(*tx, "value", "half").has_value();
  });
  ASSERT_TRUE(writer.worked());
  Store store = Must(Store::Open({path, 0}));
  EXPECT_EQ(store.BeginWrite().error().code, Code::kBusy);
  writer.Kill();
  Must(Change(store, "after"));
  EXPECT_EQ(Value(store), "after");
}

TEST(StoreTx, DurableCommitsSyncAndLazyOnesNeedNot) {
  TemporaryDirectory directory;
  Store store = Must(Store::Open({MakeStore(directory, "beads.db", "x")}));
  auto synchronous = [&](Store::Durability durability) {
    Tx tx = Must(store.BeginWrite(durability));
    return Must(QueryInt(tx.db(), "PRAGMA synchronous"));
  };
  EXPECT_EQ(synchronous(Store::Durability::kDurable), 2);
  EXPECT_EQ(synchronous(Store::Durability::kLazy), 1);
  EXPECT_EQ(synchronous(Store::Durability::kDurable), 2);
}

// Programs that watch the database file look at its time only.
TEST(StoreTx, ACommitShowsInTheTimeOfTheDatabase) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  Store store = Must(Store::Open({path}));
  Must(Change(store, "y"));
  EXPECT_GT(Must(os::Stat(path + "-wal")).size, 0);
  const int64_t before = Must(os::Stat(path)).mtime_ns;
  os::SleepMs(20);
  Must(Change(store, "z"));
  EXPECT_GT(Must(os::Stat(path)).mtime_ns, before);
}

// --- Waiting for others

TEST(StorePass, ReturnsAtOnceWhereNobodyWrites) {
  TemporaryDirectory directory;
  Store store = Must(Store::Open({MakeStore(directory, "beads.db", "x")}));
  const int64_t begin = os::MonotonicMs();
  store.LetWritersPass();
  store.LetWritersPass();
  EXPECT_LT(os::MonotonicMs() - begin, 150);
  Must(Change(store, "y"));
}

TEST(StorePass, WaitsForAWriterButNotForEver) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  Store store = Must(Store::Open({path}));
  OtherProcess holder([&] {
    Store* other = new Store(Must(Store::Open({path})));
    return (new Tx(Must(other->BeginWrite())))->writable();
  });
  ASSERT_TRUE(holder.worked());
  const int64_t begin = os::MonotonicMs();
  store.LetWritersPass();
  const int64_t waited = os::MonotonicMs() - begin;
  EXPECT_GE(waited, 190);
  EXPECT_LT(waited, 5'000);
  holder.Kill();
  Must(Change(store, "y"));
}

}  // namespace
}  // namespace bd
