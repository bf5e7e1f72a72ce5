// The value of a Result that a test takes for granted. Where it is an error the test program ends with
// its message: what follows would mean nothing.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "engine/base/result.h"

namespace bd {

template <typename T>
T Must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "a test met an error that it does not expect: %s\n", result.error().message.c_str());
    std::abort();
  }
  return std::move(result).value();
}

}  // namespace bd
