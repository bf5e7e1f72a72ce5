// engine/storage/store.h: how long the WAL becomes, and who cuts it.
#include <gtest/gtest.h>

#include "engine/storage/store.h"
#include "tests/support/marks.h"
#include "tests/support/value_store.h"

namespace bd {
namespace {

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

}  // namespace
}  // namespace bd
