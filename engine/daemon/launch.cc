#include "engine/daemon/launch.h"

#include "engine/base/text.h"

namespace bd {

namespace {

constexpr int64_t kReadyWithinMs = 10'000;
constexpr std::string_view kReady = "ready ", kTaken = "taken: ", kFailed = "error: ";

os::BackgroundOptions ProcessFor(const DaemonPlace& place, const DaemonOptions& options,
                                 const std::string& forced_by) {
  os::BackgroundOptions process;
  process.arguments = {os::OwnProgram(), "daemon", "start",       "--foreground",
                       "--tell-starter", "--db",   place.database};
  if (options.idle_exit_ms >= 0) {
    process.arguments.insert(process.arguments.end(), {"--idle-exit", Cat(options.idle_exit_ms, "ms")});
  }
  if (options.auto_commit) {
    process.arguments.insert(process.arguments.end(),
                             {"--auto-commit", "--interval", Cat(options.interval_ms, "ms")});
  }
  if (!forced_by.empty()) process.arguments.insert(process.arguments.end(), {"--forced-by", forced_by});
  // Of the starter's surroundings nothing is to matter later.
  for (const char* name : {"BEADS_DIR", "BEADS_DB", "BD_DB", "BD_ACTOR", "BEADS_ACTOR", "BD_REQUEST_ID",
                           "BD_DEBUG", "BD_FORCE_REBIND", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"}) {
    process.environment.emplace_back(name, std::nullopt);
  }
  return process;
}

}  // namespace

Result<os::Started> LaunchDaemon(const DaemonPlace& place, const DaemonOptions& options,
                                 const std::string& forced_by) {
  os::BackgroundOptions process = ProcessFor(place, options, forced_by);
  if (options.supervised) process.arguments.emplace_back("--supervised");
  return os::StartInBackground(process);
}

Result<os::Started> LaunchSupervised(const DaemonPlace& place, const DaemonOptions& options,
                                     const std::string& forced_by) {
  os::BackgroundOptions process = ProcessFor(place, options, forced_by);
  process.arguments.emplace_back("--has-supervisor");
  return os::StartInBackground(process);
}

std::string StartWords::ToText() const {
  switch (kind) {
    case Kind::kReady: return Cat(kReady, pid, "\n");
    case Kind::kTaken: return Cat(kTaken, text, "\n");
    case Kind::kFailed: return Cat(kFailed, text, "\n");
  }
  return "";
}

StartWords StartWords::FromText(const std::string& text, const DaemonPlace& place) {
  std::string_view words = Trim(text);
  auto begins = [&words](std::string_view with) {
    if (!words.starts_with(Trim(with))) return false;
    words.remove_prefix(std::min(words.size(), with.size()));
    return true;
  };
  if (begins(kReady)) return {Kind::kReady, ParseInt(words).value_or(0), ""};
  if (begins(kTaken)) return {Kind::kTaken, 0, std::string(words)};
  (void)begins(kFailed);
  if (words.empty()) return {Kind::kFailed, 0, Cat("the daemon ended without a word; see ", place.Log())};
  return {Kind::kFailed, 0, std::string(words)};
}

Result<StartWords> HearFrom(const os::Started& started, const DaemonPlace& place) {
  const std::optional<std::string> words = TRY(os::WordsWithin(started, kReadyWithinMs));
  if (words) return StartWords::FromText(*words, place);
  return Error{Code::kBusy, Cat("the daemon is not ready after ", kReadyWithinMs / 1000, " s"),
               Cat("see ", place.Log()), false};
}

}  // namespace bd
