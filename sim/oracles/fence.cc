// FENCE: who has no authority over a database serves nobody: he takes no client and answers none.
#include "sim/run/daemon_view.h"
#include "sim/run/oracle.h"

namespace sim {

namespace {

class FenceOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    const bool serves = call.op == Op::kAccept || call.op == Op::kSend;
    // What was accepted has the name by which its listener was made.
    if (outcome < 0 || !serves || !call.path.ends_with(".sock.new") || HasOwnerLock(task)) return;
    Fail("FENCE", task.options.agent + (call.op == Op::kAccept ? " took a client" : " answered a client") +
                      " without authority over the database");
  }
};

}  // namespace

std::unique_ptr<Oracle> MakeFence(RunView& view) { return std::make_unique<FenceOracle>(view); }

}  // namespace sim
