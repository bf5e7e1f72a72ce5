// Which process: a number alone says little, since numbers are used again, and mean other processes in other
// namespaces and after a reboot.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"

namespace bd::os {

struct ProcessIdentity {
  int64_t pid = 0;
  int64_t start = 0;           // ticks since the machine was started; 0: not known
  std::string boot;            // of this run of the machine; empty: not known
  int64_t pid_namespace = 0;  // 0: not known
  bool operator==(const ProcessIdentity&) const = default;
};
ProcessIdentity OwnIdentity();

// The one function that decides whether a process lives. "Permission denied" is alive or unknown, "no such
// process" is dead only in the same namespace and since the same boot; of what is unknown nothing destructive
// follows.
enum class Life { kAlive, kDead, kUnknown };
Life LifeOf(const ProcessIdentity& process);

// A signal to exactly this process: it is held by a descriptor while its identity is looked at. kNotFound: it
// is gone, or its number belongs to another one now. kDenied: we may not, or cannot tell.
enum class EndSignal { kStop, kKill };
Status SendSignal(const ProcessIdentity& process, EndSignal signal);

}  // namespace bd::os
