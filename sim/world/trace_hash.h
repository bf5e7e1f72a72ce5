// The hash of bytes that goes into the trace: XXH3, the same number on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sim {

uint64_t HashOfBytes(const void* bytes, size_t count);

// With the wide instructions that most processors have: twice as fast for a page.
uint64_t WideHashOfBytes(const void* bytes, size_t count);

}  // namespace sim
