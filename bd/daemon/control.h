// A daemon as others see it: looked at, started, stopped.
#pragma once

#include <optional>
#include <string>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/daemon/authority.h"
#include "engine/daemon/last_state.h"
#include "engine/daemon/options.h"
#include "engine/rpc/client.h"

namespace bd {

struct DaemonView {
  OwnerLook owner;
  std::optional<DaemonRecord> record;  // what it wrote about itself
  rpc::Finding finding = rpc::Finding::kNotThere;
  std::string trouble;         // why it does not answer, in words
  std::string version;         // as it answers
  bool is_compatible = false;  // with this program, as it says
  double uptime_seconds = 0;
  bool answers() const { return finding == rpc::Finding::kAnswered; }
  bool present() const { return answers() || owner.owner == OwnerLook::Owner::kPresent; }
  int64_t pid() const { return record ? record->process.pid : 0; }
};
DaemonView LookAtDaemon(const DaemonPlace& place);

// The same, when one that is just starting or ending has come to the end of that.
DaemonView LookWhenSettled(const DaemonPlace& place, int64_t within_ms);

// The data of its answer. kNotFound: it cannot be asked; the message says why.
Result<RawJson> AskDaemon(const DaemonPlace& place, std::string_view operation);

// The pid of the daemon, which answers now. kConflict: there is one already. kBusy: a start has to wait, or
// does not come to its end in time.
Result<int64_t> StartDaemon(const DaemonPlace& place, const DaemonOptions& options,
                            const std::string& forced_by = "");

struct StopPatience {
  // More than it takes to finish requests and to publish.
  int64_t asked_ms = 8'000, signalled_ms = 8'000;
  bool kills = false;
};
// Asks it to end; if it does not, and only if it is proven to be the one on record, by a signal; where it is
// wanted by one that cannot be refused. The pid. kNotFound: there is none. kBusy: it goes on. kDenied: it is
// not proven to be the one.
Result<int64_t> StopDaemon(const DaemonPlace& place, const StopPatience& patience);

}  // namespace bd
