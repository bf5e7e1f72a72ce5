// engine/storage/store.h: private copies, and what cannot be written.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/storage/migrate.h"
#include "engine/storage/store.h"
#include "tests/support/other_process.h"
#include "tests/support/value_store.h"

namespace bd {
namespace {

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

}  // namespace
}  // namespace bd
