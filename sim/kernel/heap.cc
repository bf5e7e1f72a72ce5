#include "sim/kernel/heap.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace sim {

namespace {

struct Head {
  uint32_t index;  // of the class of sizes
  uint32_t state;
};
static_assert(sizeof(Head) == 8);

constexpr uint32_t kTaken = 0x7a6b5c4d, kFree = 0x1f2e3d4c;
constexpr size_t kStep = 16;
// Below, there is a class for each multiple of kStep; above, four for each doubling.
constexpr size_t kSmall = 1024;
constexpr size_t kSmallClasses = kSmall / kStep;
// A heap that has touched more gives it back to the system.
constexpr size_t kIdleMax = size_t{4} << 20;

Head& HeadOf(void* block) { return static_cast<Head*>(block)[-1]; }

}  // namespace

size_t Heap::ClassOf(size_t room) {
  if (room <= kSmall) return (room - 1) / kStep;
  const auto doubling = static_cast<size_t>(std::bit_width(room - 1)) - 1;  // of 2^doubling < room
  const size_t quarter = (room - 1 - (size_t{1} << doubling)) >> (doubling - 2);
  return kSmallClasses + (doubling - 10) * 4 + quarter;
}

size_t Heap::RoomOf(size_t index) {
  if (index < kSmallClasses) return (index + 1) * kStep;
  const size_t doubling = 10 + (index - kSmallClasses) / 4, quarter = (index - kSmallClasses) % 4;
  return (size_t{1} << doubling) + ((quarter + 1) << (doubling - 2));
}

void* Heap::Take(size_t size) {
  if (size > kRoom / 2) return nullptr;
  const size_t index = ClassOf(size + sizeof(Head));
  void* block = free_[index];
  if (block != nullptr) {
    memcpy(&free_[index], block, sizeof(void*));
  } else {
    const size_t room = RoomOf(index);
    if (room > static_cast<size_t>(begin_ + kRoom - next_)) return nullptr;
    block = next_ + sizeof(Head);
    next_ += room;
  }
  HeadOf(block) = {static_cast<uint32_t>(index), kTaken};
  if (paint_ != 0) memset(block, paint_, size);
  return block;
}

void Heap::Give(void* block) {
  Head& head = HeadOf(block);
  if (head.state != kTaken || head.index >= kClasses) {
    fprintf(stderr, "bd-sim: the program gives back memory that it does not have\n");
    abort();
  }
  head.state = kFree;
  if (paint_ != 0) memset(block, ~paint_, RoomOf(head.index) - sizeof(Head));
  memcpy(block, &free_[head.index], sizeof(void*));
  free_[head.index] = block;
}

void* Heap::Change(void* block, size_t size) {
  const size_t had = RoomOf(HeadOf(block).index) - sizeof(Head);
  if (size <= had && size > had / 2) return block;
  void* other = Take(size);
  if (other == nullptr) other = malloc(size);
  if (other == nullptr) return nullptr;
  memcpy(other, block, std::min(had, size));
  Give(block);
  return other;
}

void Heap::Clear(unsigned char paint, size_t shift) {
  if (next_ != nullptr && static_cast<size_t>(next_ - begin_) > kIdleMax)
    madvise(begin_, kRoom, MADV_DONTNEED);
  // The head of a block ends where what the program sees begins.
  next_ = begin_ + std::min(shift, kRoom / 2) / kStep * kStep + kStep - sizeof(Head);
  paint_ = paint;
  free_.fill(nullptr);
}

HeapPool::HeapPool() {
  void* room = mmap(nullptr, kHeaps * Heap::kRoom, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) {
    perror("bd-sim: room for heaps");
    abort();
  }
  room_ = static_cast<char*>(room);
  for (size_t i = 0; i < kHeaps; ++i) all_.emplace_back(room_ + i * Heap::kRoom);
  for (size_t i = kHeaps; i > 0; --i) free_.push_back(&all_[i - 1]);
}

HeapPool::~HeapPool() { munmap(room_, kHeaps * Heap::kRoom); }

Heap* HeapPool::Take() {
  if (free_.empty()) return nullptr;
  Heap* heap = free_.back();
  free_.pop_back();
  heap->Clear(paint_, shift_);
  return heap;
}

void HeapPool::Give(Heap* heap) {
  if (heap != nullptr) free_.push_back(heap);
}

Heap* HeapPool::Of(const void* block) {
  const auto at = reinterpret_cast<uintptr_t>(block), begin = reinterpret_cast<uintptr_t>(room_);
  if (at < begin || at >= begin + kHeaps * Heap::kRoom) return nullptr;
  return &all_[(at - begin) / Heap::kRoom];
}

}  // namespace sim
