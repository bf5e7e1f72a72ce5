// Memory of the C libraries in the shipped program; C++ takes its own from the C++ runtime.
#include <cstdlib>
#include <cstring>

#include "sim/calls/calls.h"
#include "sim/world/world.h"

namespace sim {

extern "C" {

void* sim_malloc(size_t size) {
  Heap* heap = TheWorld().running().heap;
  void* block = heap != nullptr ? heap->Take(size) : nullptr;
  return block != nullptr ? block : malloc(size);
}

void sim_free(void* block) {
  // What strdup took is the C library's.
  Heap* heap = TheWorld().heaps().Of(block);
  heap != nullptr ? heap->Give(block) : free(block);
}

void* sim_realloc(void* block, size_t size) {
  if (block == nullptr) return sim_malloc(size);
  Heap* heap = TheWorld().heaps().Of(block);
  return heap != nullptr ? heap->Change(block, size) : realloc(block, size);
}

}  // extern "C"

}  // namespace sim
