// Running other programs. The child gets a process group of its own, so that a time-out ends it with
// everything that it started; none of our descriptors reach it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/text.h"
#include "engine/os/spawn.h"

namespace bd::os {

struct ProcessOptions {
  std::vector<std::string> arguments;  // the first is the program, searched in PATH
  std::string directory;               // where it runs; empty: where we are
  EnvironmentChanges environment;
  std::string input;
  int64_t timeout_ms = 30'000;
  size_t output_max = 16 << 20;  // of each stream; more ends the child
  std::string output_file;       // standard output goes here instead, whatever its length
};

struct ProcessResult {
  int exit_code = 0;  // 128 + signal if a signal ended it
  std::string output;
  std::string errors;
};

// kBusy: it ran out of time.
inline Error TimedOut(const ProcessOptions& options) {
  return {Code::kBusy, Cat(options.arguments[0], ": no answer within ", options.timeout_ms / 1000, " s"), "",
          false};
}

// kNotFound, kDenied: no such program. kBusy: time-out (the group was killed). kInvalid: too much output.
Result<ProcessResult> RunProcess(const ProcessOptions& options);

// Starts a program and lets it go on: its output is dropped, nobody waits for it.
Status StartProcess(const ProcessOptions& options);

}  // namespace bd::os
