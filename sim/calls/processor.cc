// What the processor says of itself. Nettle asks it in each process; it is asked once, for on a virtual
// machine each question leaves it for the host and takes microseconds.
#include <cpuid.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "sim/world/world.h"

namespace sim {

namespace {

struct Answer {
  uint32_t registers[4];
};
using Answers = std::array<Answer, 8>;

Answers Ask() {
  Answers answers{};
  for (uint32_t leaf = 0; leaf < answers.size(); ++leaf) {
    uint32_t* r = answers[leaf].registers;
    __cpuid_count(leaf, 0, r[0], r[1], r[2], r[3]);
  }
  return answers;
}

}  // namespace

extern "C" void sim_cpuid(uint32_t leaf, uint32_t* registers) {
  static const Answers answers = Ask();
  if (leaf >= answers.size()) TheWorld().Unknown("cpuid beyond leaf 7");
  memcpy(registers, answers[leaf].registers, sizeof answers[leaf].registers);
}

}  // namespace sim
