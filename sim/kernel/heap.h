// The memory that the C libraries of a simulated process allocate: what ends with the process in reality ends
// with it here, killed or not, and the next process gets the same pages, which are still in the cache.
//
// A heap is a piece of address space from which blocks are cut from left to right; blocks that were freed are
// kept by their size and used again, never joined. That suits processes that live for milliseconds, and takes
// a quarter of the time of a general allocator. Whoever needs more than a heap has gets it from the C
// library.
//
//   a block: 8 bytes of head (its size; whether it is free), then what the program sees, at a multiple of 16
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim {

class Heap {
 public:
  static constexpr size_t kRoom = size_t{64} << 20;

  explicit Heap(char* begin) : begin_(begin) {}

  // Null: it does not fit.
  void* Take(size_t size);
  void* Change(void* block, size_t size);
  // Ends the run if it is free already, or was never taken.
  void Give(void* block);
  // Nothing is taken any more. From now on the memory begins with this, and so do blocks that are taken or
  // given back (0: as they happen to be), and addresses are so much higher.
  void Clear(unsigned char paint, size_t shift);

 private:
  static constexpr size_t kClasses = 160;

  static size_t ClassOf(size_t room);
  static size_t RoomOf(size_t index);

  char* begin_;
  char* next_ = nullptr;
  unsigned char paint_ = 0;
  std::array<void*, kClasses> free_{};
};

class HeapPool {
 public:
  HeapPool();
  HeapPool(const HeapPool&) = delete;
  HeapPool& operator=(const HeapPool&) = delete;
  ~HeapPool();

  // Null: more processes run at once than there are heaps.
  Heap* Take();
  void Give(Heap* heap);
  // Whose block this is; null: the C library's.
  Heap* Of(const void* block);
  // For heaps that are taken from now on.
  void Disturb(unsigned char paint, size_t shift) { paint_ = paint, shift_ = shift; }

 private:
  static constexpr size_t kHeaps = 64;

  char* room_ = nullptr;
  std::vector<Heap> all_;
  std::vector<Heap*> free_;  // used last: at the end
  unsigned char paint_ = 0;
  size_t shift_ = 0;
};

}  // namespace sim
