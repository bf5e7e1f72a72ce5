// Compiled for processors with AVX2. Nothing may be included here whose functions could be shared with files
// that are compiled for all processors.
#ifdef __x86_64__
#pragma GCC target("avx2")
#define XXH_INLINE_ALL
#define XXH_VECTOR XXH_AVX2

#include <immintrin.h>
#include <xxhash.h>

#include "sim/world/trace_hash.h"

namespace sim {

uint64_t WideHashOfBytes(const void* bytes, size_t count) { return XXH3_64bits(bytes, count); }

}  // namespace sim
#endif
