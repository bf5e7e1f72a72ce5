// IDENT: one database has one lock, by whatever path it was reached. Two processes that have authority over
// the same file of a store, each by a lock of its own, do not know of each other.
#include "sim/run/daemon_view.h"
#include "sim/run/oracle.h"

namespace sim {

namespace {

constexpr std::string_view kLock = ".owner";

class IdentOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (outcome < 0 || call.op != Op::kRecordLock || !call.path.ends_with(kLock)) return;
    const Authority taken = AuthorityOf(task, std::string(call.path));
    if (taken.database == nullptr) return;
    for (const Task* other : view_.world.alive()) {
      if (other->number == task.number || other->process == nullptr) continue;
      for (const auto& [fd, path] : other->paths) {
        const Authority held = AuthorityOf(*other, path);
        if (held.database != taken.database || held.lock == taken.lock) continue;
        Fail("IDENT", task.options.agent + " and " + other->options.agent +
                          " serve one database by two locks, " + std::string(call.path) + " and " + path);
      }
    }
  }

 private:
  struct Authority {
    InodeRef database, lock;
  };

  // By a lock on the file that is at its name; nothing if it has none.
  Authority AuthorityOf(const Task& task, const std::string& path) const {
    if (!path.ends_with(kLock) || !HasOwnerLock(task, path) || !HasAuthority(view_.world, task)) return {};
    const Kernel& kernel = view_.world.kernel();
    return {kernel.Find(path.substr(0, path.size() - kLock.size())), kernel.Find(path)};
  }
};

}  // namespace

std::unique_ptr<Oracle> MakeIdent(RunView& view) { return std::make_unique<IdentOracle>(view); }

}  // namespace sim
