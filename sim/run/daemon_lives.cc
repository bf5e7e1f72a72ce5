#include "sim/run/daemon_lives.h"

#include <algorithm>

#include "sim/run/daemon_view.h"

namespace sim {

void DaemonLives::OnCall(const Task& task, const Call& call, Outcome outcome) {
  constexpr std::string_view kSuffix = ".owner";
  if (!call.path.ends_with(kSuffix) || (outcome < 0 && call.op != Op::kClose)) return;
  // Who gave the lock back has nothing left to do but to exit.
  if (call.op == Op::kClose && !HasOwnerLock(task, call.path)) OnEnd(task);
  if (call.op != Op::kRecordLock || !HasOwnerLock(task, call.path) || Find(task.number) != lives_.end())
    return;
  const std::string database(call.path.substr(0, call.path.size() - kSuffix.size()));
  lives_.push_back({task.number, database, world_.kernel().Find(database), world_.calls()});
}

void DaemonLives::OnEnd(const Task& task) {
  const auto life = Find(task.number);
  if (life != lives_.end()) life->end = world_.calls();
}

std::vector<DaemonLife>::iterator DaemonLives::Find(int task) {
  return std::find_if(lives_.begin(), lives_.end(),
                      [task](const DaemonLife& life) { return life.task == task && life.end == UINT64_MAX; });
}

}  // namespace sim
