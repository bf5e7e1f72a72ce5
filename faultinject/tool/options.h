// The words of a tool's command line, apart.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fault {

struct ToolOptions {
  std::vector<std::string> plain;
  std::map<std::string, std::string> flags;  // name without dashes; "" for a flag without a value

  bool Has(const std::string& name) const { return flags.contains(name); }
  // Ends the program with 2 and a message if it is not a number from `lowest` to `highest`.
  int64_t Number(const std::string& name, int64_t fallback, int64_t lowest = 0,
                 int64_t highest = INT64_MAX) const;
  uint64_t Seed(const std::string& name, uint64_t fallback) const;
};

// `known` flags; those that end with '=' take a value. Ends the program with 2 and a message for anything
// else.
ToolOptions ParseOptions(const std::vector<std::string>& words, const std::vector<std::string>& known);

// Whether the text of `help` is wanted: as the command, or as a flag anywhere.
bool AsksForHelp(const std::string& command, const std::vector<std::string>& words);

// For commands that take flags only: ends the program with 2 and a message if there is more.
ToolOptions ParseFlags(const std::vector<std::string>& words, const std::vector<std::string>& known);

[[noreturn]] void UsageError(const std::string& message);

}  // namespace fault
