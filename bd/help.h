// Help and usage texts, made from the table of commands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bd/command.h"

namespace bd {

// Flags that every command takes.
std::span<const Flag> GlobalFlags();

std::string RootHelp();
std::string CommandHelp(const Command& command);
// What follows an error in the use of a command.
std::string UsageText(const Command* command);

// Names close to a mistyped word: within two edits, or beginning with it. `group` is empty at the root.
std::vector<std::string> Suggestions(std::string_view group, std::string_view word);

// The last word of a command's name, and the group before it.
std::string_view LeafOf(std::string_view name);
std::string_view GroupOf(std::string_view name);

}  // namespace bd
