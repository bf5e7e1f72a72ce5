#include "sim/world/scheduler.h"

#include <algorithm>

namespace sim {

namespace {
// A short run has some thousand calls; falls behind its end would never happen.
constexpr uint64_t kFallsWithin = 4000;
}  // namespace

Scheduler::Scheduler(const SchedulerOptions& options, uint64_t seed)
    : options_(options), random_(seed, "schedule") {
  if (options_.kind != SchedulerOptions::Kind::kPct) return;
  for (int64_t i = 0; i < options_.amount; ++i) falls_.insert(random_.Below(kFallsWithin));
}

bool Scheduler::Interrupts() {
  ++calls_;
  switch (options_.kind) {
    case SchedulerOptions::Kind::kSticky: return random_.OneIn(static_cast<uint64_t>(options_.amount));
    case SchedulerOptions::Kind::kPct: return true;
    case SchedulerOptions::Kind::kRobin: return true;
  }
  return true;
}

uint64_t Scheduler::PriorityOf(int task) {
  auto [at, is_new] = priorities_.try_emplace(task, 0);
  if (is_new) at->second = UINT64_MAX / 2 + random_.Next() / 2;
  return at->second;
}

int Scheduler::Pick(const std::vector<int>& ready, int running) {
  switch (options_.kind) {
    case SchedulerOptions::Kind::kSticky: return ready[random_.Below(ready.size())];
    case SchedulerOptions::Kind::kRobin: {
      const auto next = std::upper_bound(ready.begin(), ready.end(), running);
      return next == ready.end() ? ready.front() : *next;
    }
    case SchedulerOptions::Kind::kPct: break;
  }
  if (falls_.contains(calls_) && running != 0) priorities_[running] = --lowest_;
  return *std::max_element(ready.begin(), ready.end(),
                           [this](int a, int b) { return PriorityOf(a) < PriorityOf(b); });
}

}  // namespace sim
