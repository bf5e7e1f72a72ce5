// ONE: at most one process has authority over a database, and at most one listens for its clients. Who has
// the lock on a file that is no longer at its name has none: FENCE says what he may still do.
#include <algorithm>

#include "sim/run/daemon_view.h"
#include "sim/run/oracle.h"

namespace sim {

namespace {

class OneOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (outcome < 0) return;
    if (call.op == Op::kRecordLock && call.path.ends_with(".owner") && HasOwnerLock(task, call.path)) {
      CountOwners(call.path);
    }
    if (call.op == Op::kListen) CountListeners(call.path);
  }

 private:
  void CountOwners(std::string_view path) {
    std::string names;
    int count = 0;
    for (const Task* task : view_.world.alive()) {
      if (!HasOwnerLock(*task, path) || !HasAuthority(view_.world, *task)) continue;
      ++count;
      names += ' ' + task->options.agent;
    }
    if (count > 1) Fail("ONE", "several have authority over " + std::string(path) + ":" + names);
  }

  void CountListeners(std::string_view path) {
    std::string names;
    int count = 0;
    for (const Task* task : view_.world.alive()) {
      const bool here = std::any_of(task->paths.begin(), task->paths.end(),
                                    [path](const auto& entry) { return entry.second == path; });
      if (!here || !Listens(*task) || !HasAuthority(view_.world, *task)) continue;
      ++count;
      names += ' ' + task->options.agent;
    }
    if (count > 1) Fail("ONE", "several listen on " + std::string(path) + ":" + names);
  }
};

}  // namespace

std::unique_ptr<Oracle> MakeOne(RunView& view) { return std::make_unique<OneOracle>(view); }

}  // namespace sim
