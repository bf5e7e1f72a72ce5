// Starting a program: what everything that starts one has in common.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/files.h"

namespace bd::os {

struct Pipe {
  Fd out, in;
};
// Both ends stay with us unless they become a stream of a child.
Result<Pipe> MakePipe();

// Variables to set, or to remove where there is no value.
using EnvironmentChanges = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct SpawnOptions {
  const std::vector<std::string>& arguments;  // the first is the program, searched in PATH
  const EnvironmentChanges& environment;
  std::string directory;               // where it runs; empty: where we are
  std::vector<const Fd*> descriptors;  // its descriptors 0, 1, 2...; it has no others
  bool own_session = false;            // else a process group of its own
};

// kNotFound, kDenied: no such program.
Result<pid_t> Spawn(const SpawnOptions& options);

}  // namespace bd::os
