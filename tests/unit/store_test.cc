// engine/storage/store.h: who may use the database how, and what is never written into.
#include "engine/storage/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/os/clock.h"
#include "engine/storage/migrate.h"
#include "tests/support/marks.h"
#include "tests/support/other_process.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

Status PutValue(Tx& tx, std::string_view key, std::string_view value) { return SetConfig(tx, key, value); }

// A database with one setting, and nothing open.
std::string MakeStore(const TemporaryDirectory& directory, std::string_view name, std::string_view value) {
  const std::string path = directory.Path(name);
  Must(Store::Create({path}, [&](Tx& tx) { return PutValue(tx, "value", value); }));
  return path;
}

Status Change(Store& store, std::string_view value) {
  Tx tx = TRY(store.BeginWrite());
  TRY(PutValue(tx, "value", value));
  return store.Commit(std::move(tx));
}

std::string Value(Store& store) {
  Tx tx = Must(store.BeginRead());
  return Must(GetConfig(tx, "value")).value_or("none");
}

std::string ValueIn(const std::string& path) {
  Store store = Must(Store::Open({path}));
  return Value(store);
}

// --- Making one

TEST(StoreCreate, ADatabaseAppearsCompleteOrNotAtAll) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("beads.db");
  const Status failed = Store::Create({path}, [&](Tx& tx) -> Status {
    TRY(PutValue(tx, "value", "x"));
    EXPECT_FALSE(os::Exists(path));  // nobody can meet it half done
    return Invalid("no");
  });
  EXPECT_EQ(failed.error().message, "no");
  EXPECT_TRUE(Must(os::ListDirectory(directory.path())).empty());
  MakeStore(directory, "beads.db", "x");
  EXPECT_EQ(Must(os::ListDirectory(directory.path())), std::vector<std::string>{"beads.db"});
  EXPECT_EQ(ValueIn(path), "x");
}

TEST(StoreCreate, WhatIsThereIsNotReplaced) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "first");
  const Status second = Store::Create({path}, [](Tx& tx) { return PutValue(tx, "value", "second"); });
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_EQ(ValueIn(path), "first");
}

TEST(StoreCreate, WhatAKilledCreatorLeftGoesAndTheWalOfARemovedStoreStaysAside) {
  TemporaryDirectory directory;
  Must(os::ReplaceFile(directory.Path("beads.db.new-12345678"), "half", 0644));
  Must(os::ReplaceFile(directory.Path("beads.db-wal"), "frames of another store", 0644));
  const std::string path = MakeStore(directory, "beads.db", "x");
  EXPECT_EQ(ValueIn(path), "x");
  std::string kept;
  for (const std::string& name : Must(os::ListDirectory(directory.path()))) {
    EXPECT_FALSE(name.starts_with("beads.db.new-")) << name;
    if (name.starts_with("beads.db.left-")) kept = Must(os::ReadFile(directory.Path(name)));
  }
  EXPECT_EQ(kept, "frames of another store");
}

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

// --- Replaced files

TEST(StoreReplaced, NothingIsWrittenIntoAFileThatWasRenamedIntoPlace) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "old");
  const std::string other = MakeStore(directory, "other.db", "new");
  const std::string bytes = Must(os::ReadFile(other));
  Store store = Must(Store::Open({path}));
  Tx tx = Must(store.BeginWrite());
  Must(PutValue(tx, "value", "lost"));
  Must(os::Rename(other, path));
  MarkWatch replaced("store.replaced");
  EXPECT_EQ(store.Commit(std::move(tx)).error().code, Code::kReplaced);
  EXPECT_EQ(replaced.taken(), 1);
  EXPECT_TRUE(store.was_replaced());
  EXPECT_EQ(Must(os::ReadFile(path)), bytes);
  // Everything else fails in the same way, and does no harm.
  EXPECT_EQ(store.BeginRead().error().code, Code::kReplaced);
  EXPECT_EQ(store.BeginWrite().error().code, Code::kReplaced);
  store.LetWritersPass();
  EXPECT_EQ(Must(os::ReadFile(path)), bytes);
}

TEST(StoreReplaced, IsNoticedBeforeATransactionBegins) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "old");
  const std::string other = MakeStore(directory, "other.db", "new");
  Store store = Must(Store::Open({path}));
  Must(Change(store, "changed"));
  // With its WAL, as a directory that is moved away.
  Must(os::Rename(path, directory.Path("away.db")));
  Must(os::Rename(path + "-wal", directory.Path("away.db-wal")));
  Must(os::Rename(path + "-shm", directory.Path("away.db-shm")));
  EXPECT_EQ(store.BeginWrite().error().code, Code::kReplaced);  // gone is replaced too
  Must(os::Rename(other, path));
  Store again = Must(Store::Open({path}));
  Must(Change(again, "newer"));
  EXPECT_EQ(Value(again), "newer");
  EXPECT_EQ(ValueIn(directory.Path("away.db")), "changed");
}

TEST(StoreReplaced, AnEmptyFileInItsPlaceIsNoNewStore) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "old");
  Store store = Must(Store::Open({path}));
  Must(os::ReplaceFile(path, "", 0644));
  EXPECT_EQ(store.BeginWrite().error().code, Code::kReplaced);
  EXPECT_EQ(Must(os::ReadFile(path)), "");
}

TEST(StoreReplaced, ACopyPutBackIntoTheSameFileIsAnotherStore) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "old");
  const std::string bytes = Must(os::ReadFile(MakeStore(directory, "other.db", "new")));
  Store store = Must(Store::Open({path}));
  { Tx tx = Must(store.BeginWrite()); }  // the store is known from here on
  EXPECT_EQ(Value(store), "old");
  Must(os::OverwriteFile(path, bytes, 0644));
  os::Fd file = Must(os::OpenReadWrite(path, 0644));
  MarkWatch overwritten("store.overwritten");
  EXPECT_EQ(store.BeginWrite().error().code, Code::kReplaced);
  EXPECT_EQ(overwritten.taken(), 1);
  EXPECT_TRUE(store.was_replaced());
  EXPECT_EQ(Must(os::ReadFile(path)), bytes);
  EXPECT_EQ(ValueIn(path), "new");
}

// --- The WAL

int64_t WalSize(const std::string& path) { return Must(os::Stat(path + "-wal")).size; }
constexpr int64_t kFrameBytes = 4096 + 24;

TEST(StoreWal, IsCutOnceItHoldsMoreThanItsFrames) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  Store store = Must(Store::Open({path}));
  MarkWatch cut("store.checkpoint");
  int64_t greatest = 0;
  for (int i = 0; i < 600; ++i) {
    Must(Change(store, Cat("value ", i)));
    greatest = std::max(greatest, WalSize(path));
  }
  EXPECT_GE(cut.taken(), 2);
  EXPECT_GT(greatest, kWalFramesMax / 2 * kFrameBytes);  // not at every commit
  EXPECT_LT(greatest, (kWalFramesMax + 10) * kFrameBytes);
  EXPECT_EQ(ValueIn(path), "value 599");
}

TEST(StoreWal, OfABusyStoreIsBegunAnewAndCutAtRest) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  Store store = Must(Store::Open({.path = path, .is_busy = true}));
  int64_t greatest = 0, smaller = 0, before = 0;
  for (int i = 0; i < 2'000; ++i) {
    Must(Change(store, Cat("value ", i)));
    const int64_t size = WalSize(path);
    greatest = std::max(greatest, size);
    smaller += size < before ? 1 : 0;
    before = size;
  }
  EXPECT_EQ(smaller, 0);  // cutting and growing it would make each sync slower
  EXPECT_GT(greatest, kWalFramesMax * kFrameBytes);
  EXPECT_LT(greatest, (kBusyWalFramesMax + 10) * kFrameBytes);
  Must(store.Rest());
  EXPECT_EQ(WalSize(path), 0);
  EXPECT_EQ(ValueIn(path), "value 1999");
}

TEST(StoreWal, AGreatCommitIsCutAtOnce) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  Store store = Must(Store::Open({path}));
  Must(Change(store, std::string(4 << 20, 'y')));
  EXPECT_EQ(WalSize(path), 0);
  EXPECT_EQ(Value(store).size(), 4u << 20);
}

TEST(StoreWal, AReaderInTheWayCostsNoCommitAndTheNextOneCutsIt) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  Store store = Must(Store::Open({path})), reader = Must(Store::Open({path}));
  Must(Change(store, "first"));
  MarkWatch busy("store.checkpoint_busy");
  {
    Tx tx = Must(reader.BeginRead());
    EXPECT_EQ(Must(GetConfig(tx, "value")), "first");
    Must(Change(store, std::string(4 << 20, 'y')));
    EXPECT_EQ(busy.taken(), 1);
    EXPECT_GT(WalSize(path), 4 << 20);
    EXPECT_EQ(Must(GetConfig(tx, "value")), "first");
  }
  Must(Change(store, "small"));
  EXPECT_EQ(WalSize(path), 0);
  EXPECT_EQ(ValueIn(path), "small");
}

// A writer that was killed before it could cut the WAL leaves that to the next one.
TEST(StoreWal, WhatAnEarlierProcessLeftIsCutByTheNextCommit) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  {
    Db db = Must(Db::Open(path, Db::Mode::kReadWrite, 0));
    Must(db.Execute("INSERT INTO config(key, value) VALUES ('great', ?)", std::string(4 << 20, 'y')));
  }
  ASSERT_GT(WalSize(path), 4 << 20);
  Store store = Must(Store::Open({path}));
  Must(Change(store, "next"));
  EXPECT_EQ(WalSize(path), 0);
  EXPECT_EQ(ValueIn(path), "next");
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

// --- Private copies, and what cannot be written

TEST(StorePrivate, ACopyTakesWritesThatNobodyElseSees) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "shared");
  Store store = Must(Store::Open({path}));
  Store copy = Must(store.PrivateCopy());
  EXPECT_EQ(copy.access(), Store::Access::kPrivate);
  EXPECT_EQ(copy.path(), path);
  Must(Change(copy, "private"));
  EXPECT_EQ(Value(copy), "private");
  EXPECT_EQ(Value(store), "shared");
  Must(Change(store, "later"));
  EXPECT_EQ(Value(copy), "private");
}

TEST(StorePrivate, AStoreInMemoryHasTheTablesAndNoPath) {
  Store store = Must(Store::InMemory());
  EXPECT_EQ(store.path(), "");
  Must(Change(store, "x"));
  Tx tx = Must(store.BeginRead());
  EXPECT_EQ(Must(StoredSchemaVersion(tx.db())), SchemaVersion());
}

TEST(StoreReadOnly, WithoutRightsItIsReadInPlaceAndWritesAreDenied) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  Store writer = Must(Store::Open({path}));
  Must(Change(writer, "in the WAL"));
  ASSERT_EQ(chmod(directory.path().c_str(), 0755), 0);
  EXPECT_TRUE(AsNobody([&] {
    Result<Store> store = Store::Open({path});
    return store && store->access() != Store::Access::kReadWrite && Value(*store) == "in the WAL";
  }));
  EXPECT_EQ(Must(os::ListDirectory(directory.path())),
            (std::vector<std::string>{"beads.db", "beads.db-shm", "beads.db-wal", "beads.db.lock"}));
}

TEST(StoreReadOnly, WithoutItsCompanionsItIsCopied) {
  TemporaryDirectory directory;
  const std::string path = MakeStore(directory, "beads.db", "x");
  ASSERT_EQ(chmod(directory.path().c_str(), 0555), 0);
  EXPECT_TRUE(AsNobody([&] {
    Result<Store> store = Store::Open({path});
    if (!store || Value(*store) != "x") return false;
    if (store->access() == Store::Access::kReadOnly) {
      return store->BeginWrite().error().code == Code::kDenied;
    }
    return store->access() == Store::Access::kPrivate && Change(*store, "mine").has_value();
  }));
  EXPECT_EQ(Must(os::ListDirectory(directory.path())), std::vector<std::string>{"beads.db"});
  ASSERT_EQ(chmod(directory.path().c_str(), 0755), 0);
}

TEST(StoreFileSystems, LocalOnesAreReliedOn) {
  TemporaryDirectory directory;
  EXPECT_FALSE(IsUnreliableFileSystem(directory.path()));
  EXPECT_FALSE(IsUnreliableFileSystem("/nowhere/at/all"));
}

}  // namespace
}  // namespace bd
