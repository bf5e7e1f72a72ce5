// A call comes into the world and leaves it: time passes, others may be let in, faults strike.
#include <algorithm>
#include <utility>

#include "sim/world/world.h"

namespace sim {

namespace {

constexpr uint64_t kLookEvery = 50'000;  // calls of one process

bool AgentMatches(const fault::Rule& rule, const Task& task) {
  if (!rule.agent.empty() && !fault::GlobMatches(rule.agent, task.options.agent)) return false;
  return rule.command == 0 || rule.command == task.options.command;
}

}  // namespace

bool World::Matches(const fault::Rule& rule, const Task& task, const Call& call) const {
  if (!AgentMatches(rule, task)) return false;
  if (!Means(rule.op, call)) return false;
  return rule.path.empty() || fault::GlobMatches(rule.path, call.path) ||
         (!call.second.empty() && fault::GlobMatches(rule.path, call.second));
}

// On the fiber of the running task. Does not return if that is the end of it.
void World::Strike(const fault::Rule& rule, Verdict& verdict) {
  Task& task = *running_;
  Note(static_cast<uint64_t>(rule.action) ^ 0xFA);
  for (Observer* observer : observers_) observer->OnFault(task, rule);
  switch (rule.action) {
    case fault::Action::kErrno: verdict.error = rule.error; break;
    case fault::Action::kShort: verdict.limit = rule.amount; break;
    case fault::Action::kClock: clock_.StepWall(rule.amount); break;
    case fault::Action::kSuspend: clock_.SleepFor(rule.amount); break;
    case fault::Action::kDelay: Sleep(rule.amount * 1'000'000); break;
    case fault::Action::kNever: break;  // observers say so
    case fault::Action::kStop:
      task.stopped_until_ns = clock_.mono_ns + rule.amount * 1'000'000;
      Switch();
      break;
    case fault::Action::kInterrupt: task.exit_status = kInterrupted; [[fallthrough]];
    case fault::Action::kKill:
      Kill(task);
      Switch();
      break;
    case fault::Action::kPower:
      LosePower();
      Switch();
      break;
  }
}

Verdict World::Enter(const Call& call) {
  Task& task = *running_;
  ++calls_;
  ++task.calls;
  // Nobody interrupts who is alone: a run that goes round in circles must be able to end.
  if (task.calls % kLookEvery == 0) Switch();
  RingGuard();
  const int64_t mean = call.op == Op::kSync ? options_.sync_ns : options_.call_ns;
  clock_.mono_ns += mean / 2 + static_cast<int64_t>(latency_.Below(static_cast<uint64_t>(mean)));
  if (scheduler_.Interrupts()) {
    int64_t next_ns = 0;
    const std::vector<int>& ready = Ready(next_ns);
    if (ready.size() > 1) Switch();
  }
  Note(calls_ ^ static_cast<uint64_t>(call.op) << 32 ^ static_cast<uint64_t>(task.number) << 40);
  Note(call.path.data(), call.path.size());
  Verdict verdict;
  task.strike_after.clear();
  for (ActiveRule& active : rules_) {
    if (!Matches(active.rule, task, call)) continue;
    ++active.seen;
    const fault::Rule& rule = active.rule;
    if (active.seen < rule.nth || (rule.times != 0 && active.seen >= rule.nth + rule.times)) continue;
    ++active.struck;
    if (rule.after) {
      task.strike_after.push_back(rule);
    } else {
      const fault::Rule now = rule;
      Strike(now, verdict);
    }
  }
  if (verdict.error == 0) verdict.error = ErrorOf(task, call);
  return verdict;
}

void World::Leave(const Call& call, Outcome outcome) {
  Note(static_cast<uint64_t>(outcome));
  WakeWoken();
  for (Observer* observer : observers_) observer->OnCall(*running_, call, outcome);
  if (running_->strike_after.empty()) return;
  Verdict ignored;
  const std::vector<fault::Rule> rules = std::exchange(running_->strike_after, {});
  for (const fault::Rule& rule : rules) Strike(rule, ignored);
}

}  // namespace sim
