// A daemon's life, from its first look to its last word.
//
//   authority --taken--> start state --may--> pre-flight --fits--> store, socket --ready--> loop --stop-->
//   end
//        | somebody else's    | not yet             | does not             | fails (published, withdrawn) v
//        v                     v                      v
//      ends, says so        ends, says so         daemon-error, the start counts as failed
//
// Invariants:
//  1. Nothing of the store is touched before the start state is written and the pre-flight has passed.
//  2. The socket is bound under another name and renamed into place when there is somebody to answer; it is
//  removed
//     only if it is still ours.
//  3. Locks go with the process, last.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/daemon/options.h"

namespace bd {

struct DaemonRun {
  std::string database;        // absolute
  bool tells_starter = false;  // os::kReadyDescriptor is somebody who waits
  DaemonOptions options;
  std::string forced_by;  // who ended the daemon before this one by force
};

// Returns when the daemon has ended in order. kBusy: another daemon serves the database, or a start has to
// wait.
Status RunDaemon(const DaemonRun& run);

}  // namespace bd
