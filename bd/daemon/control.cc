#include "bd/daemon/control.h"

#include "bd/version.h"
#include "engine/base/fields.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/daemon/launch.h"
#include "engine/daemon/progress_file.h"
#include "engine/os/clock.h"

namespace bd {

namespace {

constexpr int64_t kKillMs = 2'000;
constexpr int64_t kPollMs = 10;

// Empty: it is a daemon, and serves this database.
std::string WhyUnsuitable(const std::string& answer) {
  const Result<JsonDocument> document = JsonDocument::Parse(answer);
  const auto success = document ? document->root().Find("success") : std::nullopt;
  if (!success) return "what answers on the socket is no daemon";
  if (success->AsBool().value_or(false)) return "";
  const auto error = document->root().Find("error");
  return error ? error->AsString().value_or("") : "it refuses";
}

// With a shared BD_SOCKET it may be the daemon of another database, or none at all.
rpc::Exchange Ask(const DaemonPlace& place, std::string_view operation) {
  rpc::Client client(place.socket);
  rpc::Patience patience;
  patience.most_ms = 2'000;
  patience.progress = [&place] { return ProgressFile::Read(place); };
  // A daemon of any version is to end when it is told to: an older one refuses who says that he is newer.
  const std::string_view version = operation == "shutdown" ? "" : kVersion;
  auto line = [&](std::string_view name) {
    return Cat("{\"operation\":", Quote(name), ",\"client_version\":", Quote(version),
               ",\"expected_db\":", Quote(place.database), "}");
  };
  const rpc::Exchange first = client.Ask(line("ping"), patience);
  if (first.finding != rpc::Finding::kAnswered) return first;
  if (std::string reason = WhyUnsuitable(first.answer); !reason.empty())
    return {rpc::Finding::kUnsuitable, "", std::move(reason)};
  return client.Ask(line(operation), patience);
}

// Whether the daemon on record has ended: nobody has the authority, or the next one already.
bool IsGone(const DaemonPlace& place, const std::optional<DaemonRecord>& record, int64_t within_ms) {
  const int64_t deadline = os::MonotonicMs() + within_ms;
  for (;;) {
    const OwnerLook::Owner owner = LookForOwner(place).owner;
    if (owner == OwnerLook::Owner::kNone) return true;
    const std::optional<DaemonRecord> present = ReadRecord(place);
    // Where the lock cannot be looked at: who ends in order takes his record away.
    if (owner == OwnerLook::Owner::kUnknown && record && !present) return true;
    if (record && present && present->instance != record->instance) return true;
    if (os::MonotonicMs() >= deadline) return false;
    os::SleepMs(kPollMs);
  }
}

// Who is just starting has not written his yet, and that of a dead one says nothing of him.
std::optional<DaemonRecord> RecordOfOwner(const DaemonPlace& place) {
  const int64_t deadline = os::MonotonicMs() + kKillMs;
  for (;;) {
    const std::optional<DaemonRecord> record = ReadRecord(place);
    if (record && os::LifeOf(record->process) != os::Life::kDead) return record;
    if (os::MonotonicMs() >= deadline) return std::nullopt;
    os::SleepMs(kPollMs);
  }
}

}  // namespace

DaemonView LookAtDaemon(const DaemonPlace& place) {
  DaemonView view;
  view.owner = LookForOwner(place);
  view.record = ReadRecord(place);
  const rpc::Exchange exchange = Ask(place, "health");
  view.finding = exchange.finding;
  view.trouble = exchange.reason;
  if (!view.answers()) return view;
  Result<JsonDocument> document = JsonDocument::Parse(exchange.answer);
  if (!document) return view;
  if (auto data = document->root().Find("data")) {
    if (auto version = data->Find("version")) view.version = version->AsString().value_or("");
    if (auto compatible = data->Find("compatible")) view.is_compatible = compatible->AsBool().value_or(false);
    if (auto uptime = data->Find("uptime_seconds")) view.uptime_seconds = uptime->AsDouble().value_or(0);
  }
  return view;
}

Result<RawJson> AskDaemon(const DaemonPlace& place, std::string_view operation) {
  const rpc::Exchange exchange = Ask(place, operation);
  if (exchange.finding != rpc::Finding::kAnswered) return NotFound(exchange.reason);
  const JsonDocument document = TRY(JsonDocument::Parse(exchange.answer));
  const auto data = document.root().Find("data");
  if (!data) return NotFound("the daemon's answer has no data");
  return RawJson{data->Dump()};
}

DaemonView LookWhenSettled(const DaemonPlace& place, int64_t within_ms) {
  const int64_t deadline = os::MonotonicMs() + within_ms;
  for (;;) {
    DaemonView view = LookAtDaemon(place);
    const bool is_mute = view.finding == rpc::Finding::kSilent || view.finding == rpc::Finding::kDenied;
    if (view.answers() || is_mute || !view.present() || os::MonotonicMs() >= deadline) return view;
    os::SleepMs(kPollMs);
  }
}

Result<int64_t> StartDaemon(const DaemonPlace& place, const DaemonOptions& options,
                            const std::string& forced_by) {
  if (LookForOwner(place).owner == OwnerLook::Owner::kPresent) {
    return Error{Code::kConflict, "daemon already running", "", false};
  }
  const os::Started started = TRY(LaunchDaemon(place, options, forced_by));
  const StartWords words = TRY(HearFrom(started, place));
  switch (words.kind) {
    case StartWords::Kind::kReady: return words.pid;
    case StartWords::Kind::kTaken: return Error{Code::kConflict, "daemon already running", "", false};
    case StartWords::Kind::kFailed: break;
  }
  return Error{Code::kBusy, words.text, "", false};
}

Result<int64_t> StopDaemon(const DaemonPlace& place, const StopPatience& patience) {
  if (LookForOwner(place).owner == OwnerLook::Owner::kNone) return NotFound("daemon not found");
  const std::optional<DaemonRecord> record = RecordOfOwner(place);
  const int64_t pid = record ? record->process.pid : 0;
  const rpc::Exchange asked = Ask(place, "shutdown");
  if (asked.finding == rpc::Finding::kAnswered && IsGone(place, record, patience.asked_ms)) return pid;
  if (!record) {
    return Error{Code::kDenied, "a daemon holds the lock, but it is not known which process it is",
                 Cat("look at ", place.Lock()), false};
  }
  const Status sent = os::SendSignal(record->process, os::EndSignal::kStop);
  if (!sent && sent.error().code != Code::kNotFound) return sent.error();
  if (IsGone(place, record, sent ? patience.signalled_ms : kKillMs)) return pid;
  if (!patience.kills) {
    return Error{Code::kBusy, Cat("the daemon (PID ", pid, ") does not end"),
                 "it may be stopped or hung; 'bd daemon stop --force' kills it", false};
  }
  Status killed = os::SendSignal(record->process, os::EndSignal::kKill);
  if (!killed && killed.error().code == Code::kNotFound) {
    return Error{Code::kDenied,
                 Cat("process ", pid, " is gone, and it is not known which one holds the lock"),
                 Cat("look at ", place.Lock()), false};
  }
  TRY(std::move(killed));
  if (!IsGone(place, record, kKillMs))
    return Error{Code::kBusy, Cat("process ", pid, " does not end"), "", false};
  return pid;
}

}  // namespace bd
