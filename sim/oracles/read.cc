// READ: a read leaves the shared file, and what else git sees, as it was.
#include "sim/run/effects.h"
#include "sim/run/oracle.h"

namespace sim {

namespace {

class ReadOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (outcome < 0 || !task.owns_statics) return;
    if (!ChangesFiles(call)) return;
    const bool is_seen = IsSeenByGit(call.path) || IsSeenByGit(call.second);
    if (is_seen && IsRead(task.options.arguments)) {
      Fail("READ", task.options.agent + "'s " + task.options.arguments[0] + " made a " +
                       std::string(OpName(call.op)) + " of " + std::string(call.path));
    }
  }

 private:
  static bool IsSeenByGit(std::string_view path) {
    return path.find("issues.jsonl") != std::string_view::npos || path.ends_with("config.yaml") ||
           path.ends_with("metadata.json");
  }
};

}  // namespace

std::unique_ptr<Oracle> MakeRead(RunView& view) { return std::make_unique<ReadOracle>(view); }

}  // namespace sim
