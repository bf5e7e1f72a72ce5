// A stream of choices: one object per kind of choice and run, so that taking a fault out of a plan does
// not change the schedule.
#pragma once

#include <cstdint>
#include <string_view>

namespace sim {

// SplitMix64.
class Random {
 public:
  // The seed is hashed with the stream's name: were the state a multiple of the step, seed n + 1 would be
  // seed n, one draw later.
  Random(uint64_t seed, std::string_view stream) : state_(seed) {
    for (char c : stream) state_ = (Next() ^ static_cast<unsigned char>(c)) * 0x9e3779b97f4a7c15;
    state_ = Next();
  }

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // Below `n`; `n` is not 0.
  uint64_t Below(uint64_t n) { return Next() % n; }
  // True once in `n`; never for 0.
  bool OneIn(uint64_t n) { return n != 0 && Below(n) == 0; }

 private:
  uint64_t state_;
};

}  // namespace sim
