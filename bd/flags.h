// The grammar of flags, as clients of 0.49.6 rely on it (it is that of Go's pflag).
//
//   --name=value, --name value; --flag, --flag=false (a truth value takes its value only with "=")
//   -n5, -n 5, -n=5, and short flags in a bundle: -qv
//   flags and positionals in any order; "--" ends flags; "-" is a positional
//   kList: repeatable and separated by commas, with the quoting of CSV; kArray: repeatable
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace bd {

enum class FlagType { kBool, kString, kInt, kDuration, kList, kArray };

struct Flag {
  std::string_view name;
  FlagType type = FlagType::kString;
  std::string_view help;
  char shorthand = 0;
  std::string_view default_value = "";
  std::string_view alias_of = "";  // another spelling of that flag
  bool hidden = false;
};

// Which flags were given, with their values.
class FlagValues {
 public:
  bool Has(std::string_view name) const;  // given on the command line, also with an empty value
  // Given or default. The flag must be of the type.
  std::string Text(std::string_view name) const;
  std::optional<std::string> TextIfGiven(std::string_view name) const;
  bool Bool(std::string_view name) const;
  int64_t Int(std::string_view name) const;
  int64_t DurationMs(std::string_view name) const;
  std::vector<std::string> List(std::string_view name) const;

 private:
  friend class FlagParser;
  struct Value {
    const Flag* flag = nullptr;
    bool given = false;
    std::string text;
    std::vector<std::string> list;
  };
  const Value* Find(std::string_view name) const;
  std::map<std::string, Value, std::less<>> values_;  // by the name that aliases stand for
};

// Reads one argument list against a set of flags.
class FlagParser {
 public:
  // The sets are searched in order.
  explicit FlagParser(std::vector<std::span<const Flag>> sets);

  // Positionals in their order. kUsage with the text that clients know.
  Result<std::vector<std::string>> Parse(std::span<const std::string> arguments);
  FlagValues TakeValues() { return std::move(values_); }

  // The first positional before any flag is judged: which command is meant. An unknown flag without
  // "=" is taken to have a value.
  std::vector<size_t> PositionalIndexes(std::span<const std::string> arguments) const;

 private:
  const Flag* FindLong(std::string_view name) const;
  const Flag* FindShort(char shorthand) const;
  Status Set(const Flag& flag, std::string_view value);
  Error UnknownFlag(std::string_view name) const;
  Result<size_t> ParseLong(std::span<const std::string> arguments, size_t at);
  Result<size_t> ParseShort(std::span<const std::string> arguments, size_t at);

  std::vector<std::span<const Flag>> sets_;
  FlagValues values_;
};

// Items of one CSV record; kInvalid for a quote in the wrong place.
Result<std::vector<std::string>> ParseCsv(std::string_view text);
// Go's durations: "300ms", "1m30s", "0"; in milliseconds.
std::optional<int64_t> ParseDuration(std::string_view text);

}  // namespace bd
