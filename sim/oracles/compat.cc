// COMPAT: of two versions that meet on one store, either both do their work and nothing is lost (the other
// oracles say so), or the older one refuses before it touches anything:
//   - who does not know the store's schema writes neither into the store nor the shared file (a version that
//     he had begun before may still come into its place)
//   - no daemon carries out a command of a client whose protocol is another one
//   - daemons of two versions do not take turns: unless somebody asked for it, one makes way for another at
//     most once in ten minutes
#include <fcntl.h>

#include <algorithm>
#include <map>

#include "sim/run/daemon_view.h"
#include "sim/run/oracle.h"
#include "sim/store/store_view.h"
#include "sim/world/statics.h"

namespace sim {

namespace {

constexpr int64_t kTurnsNs = 600LL * 1'000'000'000;
constexpr std::string_view kStore = "/.beads/beads.db";

const Build& BuildOf(const Task& task) { return AllBuilds()[task.options.build]; }
std::string NameOf(const Task& task) {
  const std::string_view name = BuildOf(task).name;
  return task.options.agent + (name.empty() ? "" : " (" + std::string(name) + ")");
}

class CompatOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnStart(Task& task) override { versions_meet_ |= task.options.build != kShipped; }

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (call.path.ends_with("-wal")) {
      if (call.op == Op::kSync && outcome < 0) wal_is_doubtful_ = true;
      if (call.op == Op::kTruncate && outcome >= 0) wal_is_doubtful_ = false;
    }
    if (outcome < 0 || !task.owns_statics) return;
    // Also while there is one version only: the other may come before this publish ends. Who only reads looks
    // at what he has replaced.
    const bool writes = call.op == Op::kOpen && (call.a & O_ACCMODE) != O_RDONLY;
    if (writes && call.path.find(".publish.") != std::string_view::npos)
      began_[task.number] = view_.world.calls();
    if (!versions_meet_) return;
    if (call.op == Op::kWrite && call.path.ends_with("-wal")) talks_.erase(task.number);
    if (call.op == Op::kConnect) NoteTalk(task, call.path);
    // Its socket comes into place when it is ready to serve.
    if (call.op == Op::kRename && task.options.serves && Listens(task)) NoteTurn(task, call.second);
    const bool publishes = (call.op == Op::kRename || call.op == Op::kExchange || call.op == Op::kLink) &&
                           call.second.ends_with("issues.jsonl");
    if (publishes || (call.op == Op::kWrite && call.path.ends_with("-wal"))) Judge(task, call);
  }

  void OnInvocationEnd(const Invocation& invocation) override {
    const bool asks = invocation.words[0] == "daemon" || invocation.words[0] == "!signal";
    if (asks) turns_.clear();
  }

  void OnEnd(const Task& task) override {
    // Of one that was killed it is not known whether others see what it has written.
    const bool is_newer = BuildOf(task).schema > AllBuilds()[kShipped].schema;
    if (task.owns_statics && !task.killed() && is_newer && !wal_is_doubtful_) LookAtSchemas();
    const auto talk = talks_.find(task.number);
    if (talk == talks_.end()) return;
    if (HasCreated(task)) {
      Fail("COMPAT", NameOf(task) + " was served by a daemon that speaks protocol " +
                         std::to_string(talk->second) + ", and speaks " +
                         std::to_string(BuildOf(task).protocol));
    }
    talks_.erase(talk);
  }

  // What was not synced is gone, a migration perhaps.
  void OnPowerLoss() override {
    schemas_.clear();
    wal_is_doubtful_ = false;  // its index is gone: everybody reads what is in it
  }

 private:
  struct Seen {
    int schema = 0;
    uint64_t at = 0;  // the call after which it was seen
  };
  struct Turn {
    size_t build;
    int64_t at_ns;
  };

  static bool HasCreated(const Task& task) {
    const std::vector<std::string>& words = task.options.arguments;
    return task.is_agents_own() && !task.killed() && task.exit_status == 0 && words[0] == "create" &&
           std::ranges::find(words, "--dry-run") == words.end();
  }

  // With whom a client speaks. Of those with another protocol it must do itself what it was asked for.
  void NoteTalk(const Task& client, std::string_view path) {
    const std::shared_ptr<Socket> socket = SocketAt(view_.world, path);
    if (socket == nullptr) return;
    for (const Task* task : view_.world.alive()) {
      if (!task->owns_statics || !HasSocket(*task, *socket)) continue;
      if (BuildOf(*task).protocol != BuildOf(client).protocol) {
        talks_[client.number] = BuildOf(*task).protocol;
      }
    }
  }

  void NoteTurn(const Task& daemon, std::string_view path) {
    if (!path.ends_with(".sock")) return;
    std::vector<Turn>& turns = turns_[std::string(path)];
    const int64_t now_ns = view_.world.clocks().mono_ns;
    std::erase_if(turns, [now_ns](const Turn& turn) { return turn.at_ns + kTurnsNs < now_ns; });
    turns.push_back({daemon.options.build, now_ns});
    int changes = 0;
    for (size_t i = 1; i < turns.size(); ++i) changes += turns[i].build != turns[i - 1].build;
    if (changes > 1)
      Fail("COMPAT", NameOf(daemon) + " takes its turn: daemons of two versions do on " + std::string(path));
  }

  // The store's own word for its schema. Whoever writes from now on can have seen it.
  void LookAtSchemas() {
    for (const std::string& workspace : view_.workspaces) {
      const std::vector<std::string> rows =
          AskStore(view_.world, workspace + std::string(kStore),
                   "SELECT value FROM bd_meta WHERE key = 'schema_version'");
      const int schema = rows.size() == 1 ? atoi(rows[0].c_str()) : 0;
      Seen& seen = schemas_[workspace + "/.beads/"];
      if (schema != 0 && schema != seen.schema) seen = {schema, view_.world.calls()};
    }
  }

  void Judge(const Task& task, const Call& call) {
    const std::string_view path = call.second.empty() ? call.path : call.second;
    const int known = BuildOf(task).schema;
    const auto ahead = std::find_if(schemas_.begin(), schemas_.end(), [&](const auto& entry) {
      return entry.second.schema > known && path.starts_with(entry.first);
    });
    if (ahead == schemas_.end()) return;
    const auto began = began_.find(task.number);
    const bool is_publish = !call.second.empty();
    if (is_publish && began != began_.end() && began->second < ahead->second.at) return;
    Fail("COMPAT", NameOf(task) + " wrote to " + std::string(path) + ", though the store has schema " +
                       std::to_string(ahead->second.schema) + " and it knows " + std::to_string(known));
    schemas_.clear();
  }

  // A sync of it failed: what is in it beyond that nobody sees, and the next writer begins it anew.
  bool wal_is_doubtful_ = false;
  bool versions_meet_ = false;
  std::map<std::string, Seen> schemas_;             // by the directory of the store
  std::map<int, uint64_t> began_;                   // by the number of the task: its last publish
  std::map<int, int> talks_;                        // by the number of the client's task: their protocol
  std::map<std::string, std::vector<Turn>> turns_;  // by the path of the socket
};

}  // namespace

std::unique_ptr<Oracle> MakeCompat(RunView& view) { return std::make_unique<CompatOracle>(view); }

}  // namespace sim
