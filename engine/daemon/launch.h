// Starting the process of a daemon, and hearing from it whether it runs.
#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/daemon/options.h"
#include "engine/daemon/place.h"
#include "engine/os/background.h"

namespace bd {

// The process: a daemon, or where `options` say so a supervisor, which starts one. `forced_by`: who ended the
// one before, for the record.
Result<os::Started> LaunchDaemon(const DaemonPlace& place, const DaemonOptions& options,
                                 const std::string& forced_by = "");
// A daemon whose parent is this process, a supervisor.
Result<os::Started> LaunchSupervised(const DaemonPlace& place, const DaemonOptions& options,
                                     const std::string& forced_by);

// What the started process says, once.
struct StartWords {
  enum class Kind { kReady, kTaken, kFailed };
  Kind kind = Kind::kFailed;
  int64_t pid = 0;   // kReady: of the daemon
  std::string text;  // else: why not

  std::string ToText() const;
  static StartWords FromText(const std::string& text, const DaemonPlace& place);
};
// kBusy: nothing yet.
Result<StartWords> HearFrom(const os::Started& started, const DaemonPlace& place);

}  // namespace bd
