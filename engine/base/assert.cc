#include "engine/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace bd {

void AssertFailed(const char* expression, const char* file, int line) {
  char text[512];
  std::snprintf(text, sizeof text, "bd: internal error: %s:%d: %s\n", file, line, expression);
  std::fputs(text, stderr);
  std::abort();
}

}  // namespace bd
