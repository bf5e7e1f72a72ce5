#include "engine/daemon/last_state.h"

#include "engine/base/fields.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/os/files.h"

namespace bd {

namespace {
constexpr int64_t kSizeMax = 65536;
}  // namespace

std::optional<LastState> LoadLastState(const DaemonPlace& place) {
  Result<std::string> text = os::ReadFile(place.LastState(), kSizeMax);
  if (!text) return std::nullopt;
  Result<JsonDocument> document = JsonDocument::Parse(*text);
  LastState state;
  if (!document || !ReadJson(document->root(), state)) return std::nullopt;
  return state;
}

Status SaveLastState(const DaemonPlace& place, const LastState& state) {
  std::string text;
  JsonWriter out(text, JsonWriter::Form::kIndented);
  WriteJson(out, state);
  return os::ReplaceOwnFile(place.LastState(), text + "\n", 0600);
}

std::string VerdictOn(const LastState& state, OwnerLook::Owner owner, const std::string& boot, bool stalled) {
  if (state.status == "stopped") return state.reason.empty() ? "stopped" : Cat("stopped: ", state.reason);
  if (state.status == "failed") return Cat("could not start: ", state.reason);
  if (owner != OwnerLook::Owner::kNone) return "";
  if (!boot.empty() && !state.boot.empty() && state.boot != boot) {
    return Cat("ended with the machine, last heard of at ", state.heartbeat);
  }
  if (stalled) return Cat("hung while ", state.status, " and was ended, last heard of at ", state.heartbeat);
  return Cat("was killed or crashed while ", state.status, ", last heard of at ", state.heartbeat);
}

}  // namespace bd
