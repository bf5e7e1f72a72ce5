// A program that outlives its starter: a session of its own, nothing of the caller's terminal, descriptors or
// directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/files.h"
#include "engine/os/process_identity.h"
#include "engine/os/spawn.h"

namespace bd::os {

// The program's descriptor on which it says that it is ready, or why it will never be (TellStarter).
constexpr int kReadyDescriptor = 3;

struct BackgroundOptions {
  std::vector<std::string> arguments;  // the first is the path of the program
  EnvironmentChanges environment;
};
struct Started {
  int64_t pid = 0;
  Fd words;    // what it says about its start; ends when it has said it, or has ended
  Fd errors;   // of StartBeside (running_process.h) alone, whose words are its standard output
  Fd process;  // ready to be read when it has ended; where that cannot be had, nothing
};
Result<Started> StartInBackground(const BackgroundOptions& options);

// How it has ended: its exit code, or 128 + the signal; nothing while it runs. To be asked until it has.
Result<std::optional<int>> EndOf(const Started& started);
// As a child of ours that EndOf has not seen the end of, it is the one that is meant.
Status SignalStarted(const Started& started, EndSignal signal);
// The same with all that it started, as far as it is in its group.
Status SignalGroup(const Started& started, EndSignal signal);

// All that the started program says, or nothing if it does not come to an end in time.
Result<std::optional<std::string>> WordsWithin(const Started& started, int64_t timeout_ms);

// In the program: says it, once, and lets go of the starter.
void TellStarter(Fd words, const std::string& text);

// The path of this program's own file; empty where it is not known.
std::string OwnProgram();

}  // namespace bd::os
