// DATABASE.silent: a daemon that did not answer is not asked again for a while, by no command. The note is
// about one socket: a new daemon has a new one.
#pragma once

#include "engine/base/time.h"
#include "engine/daemon/place.h"
#include "engine/os/files.h"

namespace bd {

constexpr int64_t kSilenceMs = 30'000;

void NoteSilence(const DaemonPlace& place, const Time& now);
bool IsKnownSilent(const DaemonPlace& place, const Time& now);

// DATABASE.progress: a number that changes with every turn of a daemon, so that a busy one can be told from a
// hung one.
class ProgressFile {
 public:
  explicit ProgressFile(const DaemonPlace& place);
  void Move();
  static uint64_t Read(const DaemonPlace& place);

 private:
  os::Fd file_;
  uint64_t count_ = 0;
};

}  // namespace bd
