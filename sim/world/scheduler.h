// Who runs next. Asked before every call of a process, and when the running one cannot go on.
//
//   sticky N   the running one goes on with probability 1 - 1/N, otherwise any (uniform)
//   pct D      priorities drawn at the start of each process; the highest runs; at D moments, drawn in
//              advance, the running one falls to the lowest (Burckhardt and others, 2010)
//   robin      in turn, at every call
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/random.h"

namespace sim {

struct SchedulerOptions {
  enum class Kind { kSticky, kPct, kRobin } kind = Kind::kSticky;
  int64_t amount = 4;  // kSticky: N; kPct: D
};

class Scheduler {
 public:
  Scheduler(const SchedulerOptions& options, uint64_t seed);

  // Whether the running process may be interrupted here.
  bool Interrupts();
  // One of `ready` (numbers of tasks, ascending, not empty); `running` is the one that ran last or 0.
  int Pick(const std::vector<int>& ready, int running);

 private:
  uint64_t PriorityOf(int task);

  SchedulerOptions options_;
  Random random_;
  uint64_t calls_ = 0;
  std::set<uint64_t> falls_;            // kPct: at these calls
  std::map<int, uint64_t> priorities_;  // kPct: higher runs first
  uint64_t lowest_ = UINT64_MAX / 2;
};

}  // namespace sim
