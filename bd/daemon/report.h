// What is known about the daemon of one workspace, for status, list and health.
#pragma once

#include <string>

#include "bd/daemon/control.h"
#include "bd/output.h"
#include "engine/base/fields.h"

namespace bd {

struct DaemonReport {
  std::string workspace, database, socket;
  std::string status;           // running, outdated, unresponsive, unknown, not_running
  std::string finding, remedy;  // why it cannot be talked to, in words, and what can be done
  bool is_denied = false;       // its socket may not be used here
  int64_t pid = 0;
  std::string version, started, log_path, verdict, last_error;
  bool auto_commit = false;
  std::string managed_by;  // what starts it again
  std::string forced_by;   // who ended the one before it
  double uptime_seconds = 0;
  int64_t next_start_in_seconds = 0;  // a start has to wait so long

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("workspace", self.workspace);
    visit("status", self.status);
    visit("pid", self.pid, kOmitEmpty);
    visit("version", self.version, kOmitEmpty);
    visit("started", self.started, kOmitEmpty);
    visit("uptime_seconds", self.uptime_seconds, kOmitEmpty);
    visit("database_path", self.database);
    visit("socket_path", self.socket);
    visit("log_path", self.log_path, kOmitEmpty);
    visit("auto_commit", self.auto_commit, kOmitEmpty);
    visit("managed_by", self.managed_by, kOmitEmpty);
    visit("forced_by", self.forced_by, kOmitEmpty);
    visit("issue", self.finding, kOmitEmpty);
    visit("advice", self.remedy, kOmitEmpty);
    visit("last_run", self.verdict, kOmitEmpty);
    visit("last_error", self.last_error, kOmitEmpty);
    visit("next_start_in_seconds", self.next_start_in_seconds, kOmitEmpty);
  }
  bool is_running() const { return status == "running" || status == "outdated"; }
};

DaemonReport ReportOn(const std::string& database);
void PrintReport(const DaemonReport& report, Output& out);

// The workspace that a user means: its path, its .beads, its database, or the pid of its daemon. kNotFound
// `daemon not found for X`.
Result<std::string> DatabaseOfTarget(const std::string& target);

}  // namespace bd
