// GEN: nobody writes into a store file that is no longer the one at its name: what is written there is lost,
// or worse, belongs to somebody else.
#include "sim/run/oracle.h"

namespace sim {

namespace {

class GenerationOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (outcome < 0 || !task.owns_statics) return;
    if (call.op != Op::kWrite || !IsStoreFile(call.path)) return;
    // Not any that it has open by this path: who has opened both may take the wrong one.
    const auto file = task.process->files.find(static_cast<int>(call.a));
    if (file == task.process->files.end()) return;
    const Inode* written = file->second.file->inode.get();
    const Inode* present = view_.world.kernel().Find(Absolute(call.path)).get();
    if (written == present) return;
    Fail("GEN",
         task.options.agent + " wrote into " + std::string(call.path) + ", which is another file by now");
  }

 private:
  static bool IsStoreFile(std::string_view path) {
    return path.ends_with("/beads.db") || path.ends_with("/beads.db-wal");
  }
  static std::string Absolute(std::string_view path) {
    return path.starts_with('/') ? std::string(path) : std::string(kWorkspace) + "/" + std::string(path);
  }
};

}  // namespace

std::unique_ptr<Oracle> MakeGeneration(RunView& view) { return std::make_unique<GenerationOracle>(view); }

}  // namespace sim
