#include "bd/daemon/service.h"

#include <algorithm>
#include <map>

#include "bd/rpc/answer.h"
#include "bd/rpc/run_operation.h"
#include "bd/serve_together.h"
#include "bd/to_json.h"
#include "bd/version.h"
#include "bd/wire.h"
#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"

namespace bd {

namespace {

constexpr int64_t kPublishAfterMs = 500, kPublishAtLatestMs = 5'000;
constexpr int64_t kAgainAfterMs = 5'000, kAgainAtLatestMs = 300'000;  // a publish that failed
constexpr int64_t kAgainForGitMs = 100;                               // one that found git at work
constexpr int64_t kReopenMax = 3;

std::string ErrorLine(const Error& error) {
  WireAnswer answer;
  answer.code = static_cast<int64_t>(error.code);
  answer.message = error.message;
  answer.hint = error.hint;
  answer.complete = error.complete;
  return FailureLine(error.message, ToJson(answer));
}

}  // namespace

// One request that changes something, until its answer is known.
struct Service::Asked : Part {
  uint64_t connection = 0;
  int64_t begun_ns = 0;
  std::optional<JsonDocument> document;
  RpcRequest request;
  const Operation* operation = nullptr;  // else a command
  Request command;
  std::string actor;
  RawJson data;
  Reply reply;
  std::string answer;
  std::optional<Error> failure;

  bd::Status Run(Session& session) override {
    session.ActFor(operation != nullptr ? request.actor : actor);
    if (operation == nullptr) {
      reply = Reply{};
      return ServeWithin(session, command, reply);
    }
    data = TRY(RunOnceOnly(session, *operation, request));
    return Ok();
  }
  void Done(Effects effects, std::vector<std::string> notes) override {
    if (operation != nullptr) {
      answer = SuccessLine(data);
      return;
    }
    WireAnswer wire;
    wire.reply = ReplyToWire(reply);
    wire.notes = std::move(notes);
    wire.effects = std::move(effects);
    answer = SuccessLine(ToJson(wire));
  }
  void Failed(Error error) override {
    answer = operation != nullptr ? FailureLine(error.message) : ErrorLine(error);
    failure = std::move(error);
  }

  // Reads a command and its arguments.
  bd::Status ReadCommand() {
    WireRequest wire;
    if (!request.args) return Invalid("command: no args");
    TRY(ReadJson(*request.args, wire));
    if (wire.protocol != kWireProtocol) {
      return Error{Code::kNewer,
                   Cat("protocol ", wire.protocol, " is not spoken here, ", kWireProtocol, " is"), "", false};
    }
    command.command = FindCommand(wire.command);
    if (command.command == nullptr || command.command->needs != Needs::kWrite) {
      return Invalid(Cat("command ", Quote(wire.command), " is not one that a daemon carries out"));
    }
    const JsonDocument args = TRY(JsonDocument::Parse(wire.args.text));
    command.args = TRY(command.command->handlers.read_args(args.root()));
    command.id = wire.request_id;
    actor = wire.actor;
    return Ok();
  }
};

Service::Service(Session session, DaemonPlace place, LastState& about, DaemonLog& log)
    : session_(std::move(session)),
      place_(std::move(place)),
      about_(about),
      log_(log),
      started_ms_(os::MonotonicMs()),
      last_request_ms_(started_ms_) {}
Service::~Service() = default;

void Service::Serve(const std::vector<rpc::Call>& calls, const rpc::Server& server,
                    const AnswerFunction& answer) {
  if (calls.empty()) return;
  std::vector<std::unique_ptr<Asked>> writes;
  for (const rpc::Call& call : calls) {
    auto asked = std::make_unique<Asked>();
    asked->begun_ns = os::MonotonicNanos();
    asked->connection = call.connection;
    Result<RpcRequest> request = ParseRpcRequest(call.line, asked->document);
    if (!request) {
      answer(call.connection, FailureLine(request.error().message));
      continue;
    }
    asked->request = std::move(*request);
    const std::string& name = asked->request.operation;
    ++about_.requests;
    about_.last_operation = name;
    const std::string refusal = Refusal(asked->request, place_.database, kVersion);
    asked->operation = FindOperation(name);
    bool is_for_another = !refusal.empty();  // version of the daemon
    std::string line;
    if (!refusal.empty()) {
      line = FailureLine(refusal);
    } else if (name == "command") {
      if (bd::Status read = asked->ReadCommand(); !read) {
        line = ErrorLine(read.error());
        is_for_another = read.error().code == Code::kNewer;
      }
    } else if (asked->operation == nullptr) {
      line = AnswerControl(asked->request, server);
    } else if (!asked->operation->writes) {
      line = AnswerRead(*asked->operation, asked->request);
    }
    // Those whom it cannot serve do not keep it: they are to have one of their own some day.
    if (!is_for_another) last_request_ms_ = os::MonotonicMs();
    if (line.empty()) {
      writes.push_back(std::move(asked));
      continue;
    }
    metrics_.Note(name, IsFailureLine(line), os::MonotonicNanos() - asked->begun_ns);
    answer(call.connection, line);
  }
  ServeWrites(writes, answer);
}

void Service::ServeWrites(std::vector<std::unique_ptr<Asked>>& asked, const AnswerFunction& answer) {
  if (asked.empty()) return;
  std::vector<Part*> parts;
  for (auto& one : asked) parts.push_back(one.get());
  ServeTogether(session_, parts);
  ++about_.commits;
  bool changed = false;
  for (const auto& one : asked) {
    changed |= !one->failure;
    if (one->failure) NoteFailure(*one->failure);
    metrics_.Note(one->request.operation, one->failure.has_value(), os::MonotonicNanos() - one->begun_ns);
    answer(one->connection, one->answer);
  }
  if (!changed) return;
  last_change_ms_ = os::MonotonicMs();
  if (first_change_ms_ == 0) first_change_ms_ = last_change_ms_;
}

std::string Service::AnswerRead(const Operation& operation, const RpcRequest& request) {
  for (int attempt = 0;; ++attempt) {
    Result<RawJson> data = [&]() -> Result<RawJson> {
      TRY(session_.Refresh(false));
      TRY(session_.BeginRead());
      return operation.run(session_, request);
    }();
    session_.Rollback();
    session_.TakeNotes();
    if (data) return SuccessLine(*data);
    const bool again = data.error().code == Code::kReplaced && attempt < kReopenMax && session_.Reopen();
    if (again) continue;
    NoteFailure(data.error());
    return FailureLine(data.error().message);
  }
}

// --- What is asked about the daemon itself

std::string Service::AnswerControl(const RpcRequest& request, const rpc::Server& server) {
  const std::string& name = request.operation;
  if (name == "ping") return SuccessLine(PongData());
  if (name == "status") return Status(request);
  if (name == "health") return Health(request, server);
  if (name == "metrics") return AnswerMetrics(server);
  if (name == "shutdown") {
    stop_wanted_ = true;
    return SuccessLine(RawJson{"{\"message\":\"Daemon shutting down\"}"});
  }
  return FailureLine(Cat("unknown operation: ", name));
}

std::string Service::Status(const RpcRequest&) {
  RawJson data;
  JsonWriter out(data.text);
  auto text = [&out](std::string_view key, std::string_view value) {
    out.Key(key);
    out.String(value);
  };
  auto flag = [&out](std::string_view key, bool value) {
    out.Key(key);
    out.Bool(value);
  };
  out.BeginObject();
  text("version", kVersion);
  text("workspace_path", session_.workspace().directory.substr(0, session_.workspace().directory.rfind('/')));
  text("database_path", place_.database);
  text("socket_path", place_.socket);
  out.Key("pid");
  out.Int(about_.pid);
  out.Key("uptime_seconds");
  out.Double(static_cast<double>(os::MonotonicMs() - started_ms_) / 1000);
  text("last_activity_time", FormatTime(os::Now()));
  flag("exclusive_lock_active", false);
  flag("auto_commit", about_.auto_commit);
  flag("auto_push", false);
  flag("auto_pull", false);
  flag("local_mode", !about_.auto_commit);
  text("sync_interval", "5s");
  text("daemon_mode", "events");
  text("instance", about_.instance);
  out.Key("protocol");
  out.Int(kWireProtocol);
  out.EndObject();
  return SuccessLine(data);
}

std::string Service::Health(const RpcRequest& request, const rpc::Server& server) {
  const int64_t begin = os::MonotonicNanos();
  const bool healthy = session_.store().BeginRead().has_value();
  RpcRequest asked = request;
  asked.operation = "status";
  asked.expected_db.clear();
  RawJson data;
  JsonWriter out(data.text);
  out.BeginObject();
  out.Key("status");
  out.String(healthy ? "healthy" : "unhealthy");
  out.Key("version");
  out.String(kVersion);
  if (!request.client_version.empty()) {
    out.Key("client_version");
    out.String(request.client_version);
  }
  out.Key("compatible");
  out.Bool(Refusal(asked, place_.database, kVersion).empty());
  out.Key("uptime_seconds");
  out.Double(static_cast<double>(os::MonotonicMs() - started_ms_) / 1000);
  out.Key("db_response_ms");
  out.Double(static_cast<double>(os::MonotonicNanos() - begin) / 1e6);
  out.Key("active_connections");
  out.Int(static_cast<int64_t>(server.connections()));
  out.Key("max_connections");
  out.Int(static_cast<int64_t>(server.limits().connections_max));
  out.Key("memory_alloc_mb");
  out.Int(0);
  out.EndObject();
  return healthy ? SuccessLine(data) : FailureLine("database error: the store cannot be read", data);
}

std::string Service::AnswerMetrics(const rpc::Server& server) {
  RawJson data;
  JsonWriter out(data.text);
  auto number = [&out](std::string_view key, int64_t value) {
    out.Key(key);
    out.Int(value);
  };
  out.BeginObject();
  out.Key("timestamp");
  out.String(FormatTime(os::Now()));
  out.Key("uptime_seconds");
  out.Double(static_cast<double>(os::MonotonicMs() - started_ms_) / 1000);
  out.Key("operations");
  metrics_.Write(out);
  number("total_connections", server.counters().accepted);
  number("active_connections", static_cast<int64_t>(server.connections()));
  number("rejected_connections", server.counters().rejected);
  number("memory_alloc_mb", 0);
  number("memory_sys_mb", 0);
  number("goroutine_count", 1);
  out.EndObject();
  return SuccessLine(data);
}

// --- Besides requests

int64_t Service::NextPublishMs() const {
  int64_t due = publish_again_ms_;
  if (first_change_ms_ != 0)
    due = std::min(last_change_ms_ + kPublishAfterMs, first_change_ms_ + kPublishAtLatestMs);
  return due == 0 ? -1 : std::max<int64_t>(0, due - os::MonotonicMs());
}

void Service::PublishIfDue() {
  if (NextPublishMs() == 0) Publish();
}

void Service::PublishAll() {
  while (NextPublishMs() >= 0) {
    Publish();
    if (!session_.AwaitsGit()) return;
    os::SleepMs(kAgainForGitMs);
  }
}

void Service::Publish() {
  first_change_ms_ = 0;
  publish_again_ms_ = 0;
  // The marks stay in the store until it has worked: the next publish, by whomever, does what this one
  // cannot.
  const bd::Status done = session_.PublishChanges();
  if (!done) NoteFailure(done.error());
  if (!session_.HasUnpublished()) {
    about_.exports += done ? 1 : 0;
    publish_wait_ms_ = 0;
  } else if (session_.AwaitsGit()) {
    publish_again_ms_ = os::MonotonicMs() + kAgainForGitMs;
  } else {
    MARK("daemon.publish_failed");
    // Whoever made the change has his answer, and hears nothing of this.
    for (const std::string& note : session_.TakeNotes()) log_.Warn(note);
    publish_wait_ms_ = std::clamp(2 * publish_wait_ms_, kAgainAfterMs, kAgainAtLatestMs);
    publish_again_ms_ = os::MonotonicMs() + publish_wait_ms_;
  }
  (void)session_.store().Rest();
  session_.TakeNotes();
}

void Service::NoteFailure(const Error& error) {
  if (error.code != Code::kNewer || is_overtaken_) return;
  MARK("daemon.overtaken");
  is_overtaken_ = true;
}

void Service::Look() {
  bd::Status seen = session_.Refresh(false);
  if (!seen && seen.error().code == Code::kReplaced) seen = session_.Reopen();
  if (seen) seen = session_.LookForUnpublished();
  if (!seen) NoteFailure(seen.error());
  if (session_.HasUnpublished() && NextPublishMs() < 0) {
    MARK("daemon.publishes_for_others");
    first_change_ms_ = last_change_ms_ = os::MonotonicMs();
  }
  session_.TakeNotes();
}

}  // namespace bd
