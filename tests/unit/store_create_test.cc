// engine/storage/store.h: a new store appears complete or not at all.
#include <gtest/gtest.h>

#include "engine/storage/store.h"
#include "tests/support/value_store.h"

namespace bd {
namespace {

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

TEST(StoreFileSystems, LocalOnesAreReliedOn) {
  TemporaryDirectory directory;
  EXPECT_FALSE(IsUnreliableFileSystem(directory.path()));
  EXPECT_FALSE(IsUnreliableFileSystem("/nowhere/at/all"));
}

}  // namespace
}  // namespace bd
