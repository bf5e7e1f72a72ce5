// engine/storage/store.h: nothing is written into files that were replaced.
#include <gtest/gtest.h>

#include "engine/storage/store.h"
#include "tests/support/marks.h"
#include "tests/support/value_store.h"

namespace bd {
namespace {

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

}  // namespace
}  // namespace bd
