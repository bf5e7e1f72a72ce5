// DATABASE.progress: a number that changes with every step of a daemon, so that a busy one can be told from a
// hung one. Behind it stands a word if that daemon ended, or was ended, because it hung.
#pragma once

#include <optional>

#include "engine/daemon/place.h"
#include "engine/os/files.h"
#include "engine/os/stall_guard.h"

namespace bd {

class ProgressFile {
 public:
  explicit ProgressFile(const DaemonPlace& place);
  // From now on this process ends if Move() is not called for so long.
  void GuardAgainstStall(const os::StallLimits& limits);
  void Move();

  static uint64_t Read(const DaemonPlace& place);
  // How long it has stood, by the wall clock; 0 if that cannot be told. A daemon moves it every few seconds
  // even if nobody asks for anything.
  static int64_t StoodMs(const DaemonPlace& place);
  static void NoteStall(const DaemonPlace& place);
  static bool IsStalled(const DaemonPlace& place);

 private:
  os::Fd file_;
  uint64_t count_ = 0;
  std::optional<os::StallGuard> guard_;
};

}  // namespace bd
