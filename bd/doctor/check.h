// What `bd doctor` looks at. A check explains what it sees; what it proposes destroys nothing, and it changes
// nothing itself.
#pragma once

#include <string>
#include <vector>

#include "bd/daemon/report.h"
#include "engine/base/fields.h"
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

// What was looked at once, for all checks.
struct Seen {
  Workspace workspace;
  DaemonReport daemon;
};
Seen LookAtWorkspace(const Workspace& workspace);

using CheckFunction = Check (*)(const Seen&);
Check CheckIgnoreFile(const Seen& seen);
Check CheckDaemon(const Seen& seen);
Check CheckDaemonLock(const Seen& seen);
Check CheckDaemonStarts(const Seen& seen);
Check CheckLastDaemon(const Seen& seen);
Check CheckSandbox(const Seen& seen);

// A new check is a row here.
inline constexpr CheckFunction kChecks[] = {CheckIgnoreFile,   CheckDaemon,     CheckDaemonLock,
                                            CheckDaemonStarts, CheckLastDaemon, CheckSandbox};

}  // namespace bd
