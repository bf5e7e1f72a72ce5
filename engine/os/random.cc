#include "engine/os/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "engine/base/assert.h"
#include "engine/base/text.h"

namespace bd::os {

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  size_t done = 0;
  while (done < count) {
    ssize_t got = getrandom(bytes.data() + done, count - done, 0);
    if (got < 0 && errno == EINTR) continue;
    ASSERT(got > 0);
    done += static_cast<size_t>(got);
  }
  return bytes;
}

std::string RandomHex(size_t bytes) { return Hex(RandomBytes(bytes)); }

uint64_t Random64() {
  std::string bytes = RandomBytes(sizeof(uint64_t));
  uint64_t value = 0;
  memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace bd::os
