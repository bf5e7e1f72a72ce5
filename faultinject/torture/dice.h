// Choices of a torture: the same seed draws the same numbers. (What becomes of them depends on the machine.)
#pragma once

#include <cstdint>

namespace fault::torture {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}
  // Below `n`; `n` is not 0.
  uint64_t Below(uint64_t n) {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % n;
  }
  int64_t Between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(Below(static_cast<uint64_t>(most - least) + 1));
  }
  bool Percent(uint64_t n) { return Below(100) < n; }

 private:
  uint64_t state_;
};

}  // namespace fault::torture
