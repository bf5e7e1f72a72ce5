// daemon-start-state.json: how often a start was tried, and when the next one may be. It survives processes
// and reboots, and is shared by everybody who starts daemons.
//
//   attempt n counts from the last start that stayed healthy (kHealthyMs) or was stopped in order
//   attempt          1     2      3      4      5       6 and later
//   wait after it    30 s  1 min  2 min  5 min  10 min  30 min
//
// Also of starts that stay healthy for a while and then fail there are at most 5 in 15 minutes; the next one
// is 30 minutes later.
//
// Invariants:
//  1. It is looked at before any other work of a daemon, and written before the database is opened.
//  2. A file that cannot be read, or says nonsense, blocks nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/fields.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace bd {

constexpr int64_t kHealthyMs = 5 * 60'000;

struct StartState {
  Time last_attempt, backoff_until;
  int64_t attempt_count = 0;
  std::vector<Time> recent;  // attempts of the last 15 minutes, the last ones
  std::string last_error;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("last_attempt", self.last_attempt);
    visit("attempt_count", self.attempt_count);
    visit("backoff_until", self.backoff_until);
    visit("recent_attempts", self.recent, kOmitEmpty);
    visit("last_error", self.last_error, kOmitEmpty);
  }

  // Nothing if there is none, or none that can be believed.
  static std::optional<StartState> Load(const std::string& path, const Time& now);
  // How long a start has to wait, in ms; 0: not at all.
  static int64_t WaitMs(const std::string& path, const Time& now);
  // A start is tried now. It cannot be noted: nothing may be started.
  static Status NoteAttempt(const std::string& path, const Time& now);
  static void NoteFailure(const std::string& path, const Time& now, const std::string& error);
  // Healthy for long enough: the schedule begins anew.
  static void NoteHealth(const std::string& path, const Time& now);
  // Stopped in order, or by the user's word: nothing happened.
  static void Clear(const std::string& path);
};

}  // namespace bd
