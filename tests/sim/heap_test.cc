// The memory of a simulated process, against what a program may expect of malloc.
#include "sim/kernel/heap.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <cstring>
#include <map>

namespace sim {
namespace {

struct Block {
  size_t size;
  unsigned char fill;
};

void Check(const char* at, const Block& block) {
  for (size_t i = 0; i < block.size; ++i) RC_ASSERT(static_cast<unsigned char>(at[i]) == block.fill);
}

// Small ones mostly, and now and then one of up to 100 KB.
size_t AnySize() {
  return *rc::gen::oneOf(rc::gen::inRange<size_t>(0, 300), rc::gen::inRange<size_t>(0, 5000),
                         rc::gen::inRange<size_t>(0, 100'000));
}

// Nobody else writes into a block, it begins at a multiple of 16, and it keeps its bytes when it grows.
RC_GTEST_PROP(Heap, BlocksAreApart, ()) {
  HeapPool pool;
  pool.Disturb(*rc::gen::element<unsigned char>(0, 0x5A), *rc::gen::element<size_t>(0, 100'000));
  Heap& heap = *pool.Take();
  std::map<char*, Block> blocks;
  const int steps = *rc::gen::inRange(0, 60);
  for (int step = 0; step < steps; ++step) {
    const auto fill = static_cast<unsigned char>(step + 1);
    const size_t size = AnySize();
    char* at = nullptr;
    if (blocks.empty() || *rc::gen::inRange(0, 3) == 0) {
      at = static_cast<char*>(heap.Take(size));
    } else {
      const auto old = std::next(blocks.begin(), *rc::gen::inRange<int>(0, static_cast<int>(blocks.size())));
      Check(old->first, old->second);
      if (*rc::gen::inRange(0, 2) == 0) {
        heap.Give(old->first);
        blocks.erase(old);
        continue;
      }
      at = static_cast<char*>(heap.Change(old->first, size));
      Check(at, {std::min(size, old->second.size), old->second.fill});
      blocks.erase(old);
    }
    RC_ASSERT(at != nullptr);
    RC_ASSERT(reinterpret_cast<uintptr_t>(at) % 16 == 0);
    RC_ASSERT(pool.Of(at) == &heap);
    memset(at, fill, size);
    RC_ASSERT(blocks.try_emplace(at, Block{size, fill}).second);
  }
  for (const auto& [at, block] : blocks) Check(at, block);
}

TEST(Heap, WhatIsFreedIsUsedAgain) {
  HeapPool pool;
  Heap& heap = *pool.Take();
  void* first = heap.Take(100);
  heap.Give(first);
  EXPECT_EQ(heap.Take(104), first);
}

TEST(Heap, GivesNoMoreThanItHas) {
  HeapPool pool;
  Heap& heap = *pool.Take();
  size_t taken = 0;
  while (heap.Take(1 << 20) != nullptr) taken += 1 << 20;
  EXPECT_GT(taken, Heap::kRoom / 2);
  EXPECT_LE(taken, Heap::kRoom);
  EXPECT_EQ(heap.Take(Heap::kRoom), nullptr);
}

TEST(Heap, BelongsToOneProcess) {
  HeapPool pool;
  Heap *one = pool.Take(), *other = pool.Take();
  EXPECT_NE(one, other);
  EXPECT_EQ(pool.Of(one->Take(1)), one);
  EXPECT_EQ(pool.Of(other->Take(1)), other);
  int elsewhere = 0;
  EXPECT_EQ(pool.Of(&elsewhere), nullptr);
  pool.Give(other);
  EXPECT_EQ(pool.Take(), other);
}

TEST(Heap, IsPaintedIfAsked) {
  HeapPool pool;
  pool.Disturb(0x5A, 0);
  auto* block = static_cast<unsigned char*>(pool.Take()->Take(64));
  for (int i = 0; i < 64; ++i) EXPECT_EQ(block[i], 0x5A);
}

TEST(HeapDeathTest, AsksForABlockOnce) {
  EXPECT_DEATH(
      {
        HeapPool pool;
        Heap& heap = *pool.Take();
        void* block = heap.Take(10);
        heap.Give(block);
        heap.Give(block);
      },
      "does not have");
}

}  // namespace
}  // namespace sim
