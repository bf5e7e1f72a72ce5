#include "bd/rpc/answer.h"

#include <algorithm>
#include <array>

#include "bd/version.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/path.h"

namespace bd {

namespace {

// major.minor.patch; parts that are missing count as 0. Nothing if it is no version: such clients are let
// pass.
std::optional<std::array<int64_t, 3>> ParseVersion(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  text = text.substr(0, text.find_first_of("-+"));
  std::array<int64_t, 3> numbers{};
  const std::vector<std::string> parts = Split(text, '.');
  if (text.empty() || parts.size() > 3) return std::nullopt;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::optional<int64_t> number = ParseInt(parts[i]);
    if (!number || *number < 0) return std::nullopt;
    numbers[i] = *number;
  }
  return numbers;
}

// Another way to the same file is fine. What is relative means another place to the client than to us.
bool IsSameFile(const std::string& path, const std::string& database) {
  if (path == database) return true;
  if (!path.starts_with('/')) return false;
  const Result<std::string> real = os::RealPath(path);
  if (real && *real == database) return true;
  // A file system that does not tell capitals has many names for it.
  const Result<os::FileInfo> theirs = os::Stat(path), ours = os::Stat(database);
  return theirs && ours && os::SameFile(*theirs, *ours);
}

std::string VersionRefusal(std::string_view client, std::string_view own) {
  const auto theirs = ParseVersion(client), ours = ParseVersion(own);
  if (!theirs || !ours || *theirs == *ours) return "";
  if ((*theirs)[0] != (*ours)[0]) {
    const bool daemon_is_older = (*ours)[0] < (*theirs)[0];
    return Cat("incompatible major versions: client ", client, ", daemon ", own, ". ",
               daemon_is_older
                   ? "Daemon is older; upgrade and restart daemon: 'bd daemon stop . && bd daemon start'"
                   : "Client is older; upgrade the bd CLI to match the daemon's major version");
  }
  if (*ours >= *theirs) return "";
  auto with_v = [](std::string_view version) { return Cat(version.starts_with('v') ? "" : "v", version); };
  if ((*theirs)[1] != (*ours)[1]) {
    return Cat("version mismatch: client ", with_v(client), " requires daemon upgrade (daemon is ",
               with_v(own),
               "). The client may expect schema changes not present in this daemon version. Run: bd daemons "
               "killall");
  }
  return Cat("version mismatch: daemon ", with_v(own), " is older than client ", with_v(client),
             ". Upgrade and restart daemon: bd daemons killall");
}

}  // namespace

Result<RpcRequest> ParseRpcRequest(std::string_view line, std::optional<JsonDocument>& document) {
  Result<JsonDocument> parsed = JsonDocument::Parse(line);
  if (!parsed) return Invalid(Cat("invalid request: ", parsed.error().message));
  document = std::move(*parsed);
  RpcRequest request;
  request.actor = "daemon";
  const JsonValue root = document->root();
  if (root.IsNull()) return request;
  if (!root.IsObject()) return Invalid("invalid request: not an object");
  std::string problem;
  root.ForEachMember([&](const std::string& name, JsonValue value) {
    const std::string key = Lower(name);
    if (key == "args") request.args = value;
    const std::pair<std::string_view, std::string*> texts[] = {
        {"operation", &request.operation},           {"actor", &request.actor},
        {"request_id", &request.request_id},         {"cwd", &request.cwd},
        {"client_version", &request.client_version}, {"expected_db", &request.expected_db}};
    for (const auto& [known, target] : texts) {
      if (key != known || value.IsNull()) continue;
      const std::optional<std::string> text = value.AsString();
      if (!text) problem = Cat("invalid request: ", known, " is no string");
      if (text && !(known == "actor" && text->empty())) *target = *text;
    }
  });
  if (!problem.empty()) return Invalid(problem);
  return request;
}

RawJson PongData() { return RawJson{Cat("{\"message\":\"pong\",\"version\":\"", kVersion, "\"}")}; }

std::string SuccessLine(const RawJson& data) {
  return data.empty() ? std::string("{\"success\":true}")
                      : Cat("{\"success\":true,\"data\":", data.text, "}");
}

std::string FailureLine(std::string_view error, const RawJson& data) {
  std::string text;
  JsonWriter out(text);
  out.BeginObject();
  out.Key("success");
  out.Bool(false);
  if (!data.empty()) {
    out.Key("data");
    out.Raw(data.text);
  }
  out.Key("error");
  out.String(error);
  out.EndObject();
  return text;
}

bool IsFailureLine(std::string_view line) { return line.starts_with("{\"success\":false"); }

std::string Refusal(const RpcRequest& request, const std::string& database, std::string_view own_version) {
  const bool looks_only = request.operation == "health" || request.operation == "metrics";
  if (!looks_only && !request.expected_db.empty() && !IsSameFile(request.expected_db, database)) {
    return Cat("database mismatch: client expects ", request.expected_db, " but daemon serves ", database,
               ". Wrong daemon connection - check socket path");
  }
  if (request.operation == "ping" || request.operation == "health") return "";
  return VersionRefusal(request.client_version, own_version);
}

}  // namespace bd
