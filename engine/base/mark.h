// MARK("name") counts how often a rare path was taken: the simulator lists the marks that no run
// reached, and a test can demand one. The counters stand in a section of their own, which is the
// only state of the program that is not part of a process.
#pragma once

#include <cstdint>

namespace bd {

struct Mark {
  const char* name;
  uint64_t count;
};

#define MARK(name)                                                                 \
  do {                                                                             \
    __attribute__((section("bd_marks"), used)) static ::bd::Mark bd_mark{name, 0}; \
    ++bd_mark.count;                                                               \
  } while (false)

}  // namespace bd
