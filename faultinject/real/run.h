// A command in a sandbox that the kernel enforces.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "faultinject/profile.h"
#include "faultinject/real/means.h"

namespace fault::real {

constexpr int kExitNotHere = 125;  // the sandbox cannot be built on this system
constexpr int kExitCannotRun = 126;
constexpr int kExitNoCommand = 127;

struct SandboxedCommand {
  const Profile& profile;
  const Places& places;
  const Means& means;
  std::vector<std::string> words;
};

// The command's exit code, 128 + n if signal n ended it, or one of the above after a line on standard error.
// Where nothing has to be waited for, this process becomes the command.
int Run(const SandboxedCommand& command);

// Runs it in a child; its result, as the exit code of the child.
int RunInChild(const std::function<int()>& run);

}  // namespace fault::real
