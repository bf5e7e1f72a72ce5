// From the words of a command line to a command, its flags and its positionals.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bd/command.h"

namespace bd {

// Which command the words name, and what is left of them.
struct Selection {
  const Command* command = nullptr;  // null: none, or the word in `unknown` is none
  std::vector<std::string> rest;
  std::string unknown;  // a word that is no command (of `command`, or at the root)
  // A group that takes no words of its own got one.
  bool HasStrayWord() const {
    return command != nullptr && command->is_group && !unknown.empty() && command->arity.most == 0;
  }
};
Selection SelectCommand(std::span<const std::string> words);

// A command line that can be run. kUsage with the text that clients know.
struct CommandLine {
  const Command* command = nullptr;
  FlagValues flags;
  std::vector<std::string> positionals;
};
Result<CommandLine> ParseCommandLine(const Selection& selection);

// Flags that only the bare program takes.
std::span<const Flag> RootFlags();

}  // namespace bd
