// Who had authority over a database, from which call to which: what oracles that look back ask.
#pragma once

#include <string>
#include <vector>

#include "sim/world/world.h"

namespace sim {

// One process's authority, by numbers of calls. It ends when the lock is given back, or with the process.
struct DaemonLife {
  int task = 0;
  std::string database;  // the path by which it was reached
  InodeRef file;         // what was there; null: nothing
  uint64_t begin = 0, end = UINT64_MAX;
};

// Told of every call and of every end of a process, as an observer is.
class DaemonLives {
 public:
  explicit DaemonLives(const World& world) : world_(world) {}
  void OnCall(const Task& task, const Call& call, Outcome outcome);
  void OnEnd(const Task& task);
  const std::vector<DaemonLife>& all() const { return lives_; }

 private:
  std::vector<DaemonLife>::iterator Find(int task);

  const World& world_;
  std::vector<DaemonLife> lives_;
};

}  // namespace sim
