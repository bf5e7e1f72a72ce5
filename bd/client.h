// The client's side of a command: merges settings, finds the workspace, prepares the request, has it
// served, and prints the reply. Whether it is served in this process is decided here and nowhere else.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bd/command.h"
#include "bd/serve.h"

namespace bd {

// What goes to the two streams, and the exit code.
struct ClientResult {
  std::string output, errors;
  int exit_code = 0;
};

ClientResult RunCommand(const Command& command, const FlagValues& flags,
                        const std::vector<std::string>& arguments);

// The lines of an error for standard error.
std::string ErrorLines(const Error& error);

}  // namespace bd
