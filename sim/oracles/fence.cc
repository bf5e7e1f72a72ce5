// FENCE: who has no authority over a database serves nobody. He takes no client and answers none; and when
// the file of his lock is gone, he changes nothing any more from the next moment on at which he looks around.
#include <set>

#include "sim/run/daemon_view.h"
#include "sim/run/oracle.h"

namespace sim {

namespace {

class FenceOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (call.op == Op::kPoll && task.options.serves && task.owns_statics) NoteAuthority(task);
    if (outcome < 0) return;
    // Who has looked around before he had the locks has them now.
    const bool locks = call.op == Op::kRecordLock || call.op == Op::kFlock;
    if (locks && without_.contains(task.number)) NoteAuthority(task);
    const bool serves = call.op == Op::kAccept || call.op == Op::kSend;
    // What was accepted has the name by which its listener was made.
    if (serves && call.path.ends_with(".sock.new") && !HasOwnerLock(task)) {
      Fail("FENCE", task.options.agent + (call.op == Op::kAccept ? " took a client" : " answered a client") +
                        " without authority over the database");
    }
    const bool stores = call.op == Op::kWrite && call.path.ends_with("beads.db-wal");
    const bool publishes = (call.op == Op::kExchange || call.op == Op::kRename) &&
                           (call.path.ends_with(".jsonl") || call.second.ends_with(".jsonl"));
    if ((stores || publishes) && without_.erase(task.number) != 0) {
      Fail("FENCE", task.options.agent + (stores ? " changed the store" : " published") +
                        " although the file of its lock is gone");
    }
  }

 private:
  void NoteAuthority(const Task& task) {
    if (HasAuthority(view_.world, task)) {
      without_.erase(task.number);
    } else {
      without_.insert(task.number);
    }
  }

  std::set<int> without_;  // who served without authority when he looked last
};

}  // namespace

std::unique_ptr<Oracle> MakeFence(RunView& view) { return std::make_unique<FenceOracle>(view); }

}  // namespace sim
