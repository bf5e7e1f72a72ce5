// What `bd doctor` looks at. A check explains what it sees; what it proposes destroys nothing, and it changes
// nothing itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bd/daemon/report.h"
#include "engine/base/fields.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/session/workspace.h"

namespace bd {

struct Check {
  std::string name = {}, status = "ok", message = {};  // ok, warning, error
  std::string detail = {}, fix = {}, category = {};
  bool fails = false;  // a warning that makes the whole fail; not part of the answer

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("name", self.name);
    visit("status", self.status);
    visit("message", self.message);
    visit("detail", self.detail, kOmitEmpty);
    visit("fix", self.fix, kOmitEmpty);
    visit("category", self.category, kOmitEmpty);
  }
  bool is_ok() const { return status == "ok"; }
};

// What the database says; nothing is taken in for it.
struct DataReport {
  bool exists = false;
  std::optional<Error> trouble;    // why it cannot be used
  std::optional<Error> read_only;  // why it cannot be written
  std::string damage;              // the first fault that SQLite finds in it
  int64_t pending = 0;             // changes that are not in the shared file
  std::optional<Time> pending_since;
};
// Thorough: every page is looked at.
DataReport ReportOnData(const Workspace& workspace, bool thorough);

// What was looked at once, for all checks.
struct Seen {
  Workspace workspace;
  DaemonReport daemon;
  DataReport data;
  Time now;
};

using CheckFunction = Check (*)(const Seen&);
Check CheckIgnoreFile(const Seen& seen);
Check CheckDatabase(const Seen& seen);
Check CheckSharedFile(const Seen& seen);
Check CheckUnpublished(const Seen& seen);
Check CheckDaemon(const Seen& seen);
Check CheckDaemonLock(const Seen& seen);
Check CheckDaemonStarts(const Seen& seen);
Check CheckLastDaemon(const Seen& seen);
Check CheckSandbox(const Seen& seen);

// A new check is a row here.
inline constexpr CheckFunction kChecks[] = {CheckIgnoreFile,   CheckDatabase,   CheckSharedFile,
                                            CheckUnpublished,  CheckDaemon,     CheckDaemonLock,
                                            CheckDaemonStarts, CheckLastDaemon, CheckSandbox};

}  // namespace bd
