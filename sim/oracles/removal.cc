// OWNRM: a process removes and replaces only what is its own: no socket behind which another process listens,
// and no lock file at all, for others may have it open.
#include <map>

#include "sim/run/daemon_view.h"
#include "sim/run/oracle.h"

namespace sim {

namespace {

bool IsSocket(std::string_view path) { return path.ends_with(".sock") || path.ends_with(".sock.new"); }

bool IsLockFile(std::string_view path) {
  return path.ends_with(".owner") || path.ends_with("/daemon.lock") || path.ends_with("/beads.db.lock") ||
         path.ends_with("/.jsonl.lock");
}

class RemovalOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (outcome < 0) return;
    const bool renames = call.op == Op::kRename || call.op == Op::kExchange;
    if (!renames && call.op != Op::kUnlink && call.op != Op::kBind) return;
    if (task.owns_statics && call.op != Op::kBind) Judge(task, std::string(call.path));
    if (task.owns_statics && renames) Judge(task, std::string(call.second));
    for (std::string_view path : {call.path, call.second}) {
      if (IsSocket(path)) present_[std::string(path)] = SocketAt(view_.world, path);
    }
  }

 private:
  void Judge(const Task& task, const std::string& path) {
    if (IsLockFile(path)) Fail("OWNRM", task.options.agent + " removed the lock file " + path);
    const std::shared_ptr<Socket> socket = present_[path].lock();
    if (socket == nullptr || socket->state != Socket::State::kListening || HasSocket(task, *socket)) return;
    Fail("OWNRM", task.options.agent + " removed " + path + ", where another process listens");
  }

  std::map<std::string, std::weak_ptr<Socket>> present_;
};

}  // namespace

std::unique_ptr<Oracle> MakeRemoval(RunView& view) { return std::make_unique<RemovalOracle>(view); }

}  // namespace sim
