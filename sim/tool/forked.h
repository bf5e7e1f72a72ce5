// Runs in processes of their own: what one leaves behind (the heap of killed processes, statics) does not
// reach the next, and one that hangs or crashes is a finding and not the end.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/run/run.h"

namespace sim {

// How memory looks to a run; nothing may depend on it.
struct Paint {
  unsigned char stack = 0xA5;
  int heap = 0;           // as mallopt's M_PERTURB
  size_t heap_shift = 0;  // bytes that are taken before the run begins: other addresses
};
// To run something twice.
constexpr Paint kOtherPaint{0x5A, 0x77, 1 << 20};
// This process's own heap.
void DisturbHeap(const Paint& paint);

class Runner {
 public:
  // For plans that begin with this setup (others work too, and make theirs each time).
  explicit Runner(const std::vector<PlanCommand>& setup = UsualSetup());
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Waits for the result.
  RunResult RunOne(const Plan& plan, const Paint& paint = {});
  // Starts a run; `done` is called by Wait. At most `jobs` at once.
  void Start(const Plan& plan, const Paint& paint, std::function<void(RunResult)> done);
  // Until fewer than `jobs` run.
  void WaitUntilBelow(size_t jobs);
  size_t running() const { return children_.size(); }

 private:
  struct Child {
    int output = -1;
    std::string text;
    std::function<void(RunResult)> done;
  };

  void ReadFrom(int pid, Child& child);

  std::vector<PlanCommand> setup_;
  // The state after it, made once: every child begins with a copy.
  std::unique_ptr<Run> prepared_;
  std::map<int, Child> children_;
};

}  // namespace sim
