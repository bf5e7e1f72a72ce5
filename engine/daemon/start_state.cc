#include "engine/daemon/start_state.h"

#include <algorithm>
#include <iterator>

#include "engine/base/fields.h"
#include "engine/base/json.h"
#include "engine/os/files.h"

namespace bd {

namespace {

constexpr int64_t kWaitsMs[] = {30'000, 60'000, 120'000, 300'000, 600'000, 1'800'000};
constexpr int64_t kLongestMs = 1'800'000;
constexpr int64_t kNanosPerMs = 1'000'000;
constexpr int64_t kRecentMs = 15 * 60'000;
constexpr size_t kRecentMax = 5;
constexpr int64_t kSizeMax = 65536;

Status Save(const std::string& path, const StartState& state) {
  std::string text;
  JsonWriter out(text, JsonWriter::Form::kIndented);
  WriteJson(out, state);
  return os::ReplaceOwnFile(path, text + "\n", 0644);
}

}  // namespace

std::optional<StartState> StartState::Load(const std::string& path, const Time& now) {
  Result<std::string> text = os::ReadFile(path, kSizeMax);
  if (!text) return std::nullopt;
  Result<JsonDocument> document = JsonDocument::Parse(*text);
  StartState state;
  if (!document || !ReadJson(document->root(), state)) return std::nullopt;
  // A clock that was put back must not keep everybody out until it is there again.
  if (state.backoff_until > now.Plus(kLongestMs * kNanosPerMs) || state.attempt_count < 0)
    return std::nullopt;
  return state;
}

int64_t StartState::WaitMs(const std::string& path, const Time& now) {
  const std::optional<StartState> state = Load(path, now);
  if (!state) return 0;
  // Upwards: who waits so long must not come too early.
  const int64_t left = state->backoff_until.UnixNanos() - now.UnixNanos();
  return std::max<int64_t>(0, (left + kNanosPerMs - 1) / kNanosPerMs);
}

Status StartState::NoteAttempt(const std::string& path, const Time& now) {
  StartState state = Load(path, now).value_or(StartState{});
  const size_t row = std::min<size_t>(static_cast<size_t>(state.attempt_count), std::size(kWaitsMs) - 1);
  ++state.attempt_count;
  state.last_attempt = now;
  state.backoff_until = now.Plus(kWaitsMs[row] * kNanosPerMs);
  state.recent.push_back(now);
  if (state.recent.size() > kRecentMax) state.recent.erase(state.recent.begin());
  const Time window = state.backoff_until.Plus(-kRecentMs * kNanosPerMs);
  const bool too_many = state.recent.size() == kRecentMax && state.recent.front() > window;
  if (too_many) state.backoff_until = now.Plus(kLongestMs * kNanosPerMs);
  state.last_error.clear();
  return Save(path, state);
}

void StartState::NoteFailure(const std::string& path, const Time& now, const std::string& error) {
  std::optional<StartState> state = Load(path, now);
  if (!state) return;
  state->last_error = error;
  (void)Save(path, *state);
}

void StartState::NoteHealth(const std::string& path, const Time& now) {
  std::optional<StartState> state = Load(path, now);
  if (!state) return Clear(path);
  state->attempt_count = 0;
  state->backoff_until = now;
  state->last_error.clear();
  (void)Save(path, *state);
}

void StartState::Clear(const std::string& path) { (void)os::Unlink(path); }

}  // namespace bd
