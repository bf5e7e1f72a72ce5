#define XXH_INLINE_ALL

#include "sim/world/trace_hash.h"

#include <xxhash.h>

namespace sim {

uint64_t HashOfBytes(const void* bytes, size_t count) {
#ifdef __x86_64__
  static const bool is_wide = __builtin_cpu_supports("avx2") != 0;
  if (is_wide && count > XXH3_MIDSIZE_MAX) return WideHashOfBytes(bytes, count);
#endif
  return XXH3_64bits(bytes, count);
}

}  // namespace sim
