// NOPID: a signal goes to a daemon and to nobody else, whatever the number on record says: numbers are used
// again, above all after a loss of power.
#include <map>

#include "sim/run/oracle.h"

namespace sim {

namespace {

class SignalOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnStart(Task& task) override { daemons_[task.process->pid] = task.options.serves; }

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (outcome < 0 || call.op != Op::kSignal || call.b == 0) return;
    // A group is that of a child: the kernel sees to it that there are no others.
    if (call.a < 0 && task.children.contains(static_cast<int>(-call.a))) return;
    const auto target = daemons_.find(static_cast<int>(call.a));
    if (target != daemons_.end() && target->second) return;
    Fail("NOPID", task.options.agent + " sent signal " + std::to_string(call.b) + " to process " +
                      std::to_string(call.a) + ", which is no daemon");
  }

 private:
  std::map<int, bool> daemons_;  // by pid: whether it is one
};

}  // namespace

std::unique_ptr<Oracle> MakeSignal(RunView& view) { return std::make_unique<SignalOracle>(view); }

}  // namespace sim
