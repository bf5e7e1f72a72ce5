// An oracle watches a run and says when an invariant is broken. One file each in sim/oracles; a file NAME.cc
// there defines MakeNAME and is found by CMake.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/run/history.h"
#include "sim/store/store_view.h"
#include "sim/world/world.h"

namespace sim {

struct Violation {
  std::string oracle;
  std::string message;
  uint64_t step = 0;  // the number of the call after which it was seen
};

// What an oracle may look at, and where it says what it found.
struct RunView {
  World& world;
  History& history;
  std::vector<Violation>& violations;
  bool healed = false;                       // faults are over
  bool durable_disk = true;                  // the disk does what it says
  bool honest_locks = true;                  // a lock that was granted is had
  bool external_edits = false;               // the plan has editors or checkouts
  std::vector<std::string> workspaces = {};  // their directories; those that the setup made
  bool clones = false;                       // they exchange one set of issues through git
  bool clones_met = true;                    // ... and did so in the end
  bool git_was_hurt = false;                 // by a fault
  int commands_failed_by_fault = 0;
  StoreViews* stores = nullptr;  // at the end
};

class Oracle : public Observer {
 public:
  explicit Oracle(RunView& view) : view_(view) {}
  virtual void OnInvocationEnd(const Invocation&) {}
  // Everything is at rest, all faults are over, and the healing commands were run.
  virtual void AtEnd() {}

 protected:
  // Where every lock is granted, processes that run at once destroy each other's work. What must hold there
  // all the same: commands end and say why they failed, and reads change nothing.
  void Fail(std::string_view oracle, std::string message) {
    const bool without_locks = oracle == "BOUND" || oracle == "DEGR" || oracle == "READ";
    if (!view_.honest_locks && !without_locks) return;
    view_.violations.push_back({std::string(oracle), std::move(message), view_.world.calls()});
  }
  RunView& view_;
};

using OracleMaker = std::unique_ptr<Oracle> (*)(RunView&);
const std::vector<OracleMaker>& AllOracles();

inline constexpr std::string_view kWorkspace = "/w";
inline constexpr std::string_view kSharedFile = "/w/.beads/issues.jsonl";
inline constexpr std::string_view kDatabase = "/w/.beads/beads.db";
// Where, and by whom, the healed workspace is built once more from its export.
inline constexpr std::string_view kCopy = "/copy";
inline constexpr std::string_view kCopier = "copier";
std::string DatabaseOf(std::string_view workspace);
// The shared file of a workspace, as everybody sees it; nothing if it is not there.
const Inode* SharedFile(const World& world, std::string_view workspace = kWorkspace);

}  // namespace sim
