// Settings from files and the environment. Order: environment (BD_KEY), config.local.yaml, config.yaml,
// built-in default. Settings in the database are another store: see storage/settings.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace bd {

class Config {
 public:
  // Of the nearest .beads/config.yaml from `start` upwards, or the user's own; `directory` (of a
  // workspace, may be empty) is looked at first. A broken file is reported in `problem` and left out.
  static Config Load(const std::string& directory, const std::string& start);

  // "" if neither set nor defaulted. Keys are written with dots and hyphens ("sync.mode", "no-push").
  std::string Get(std::string_view key) const;
  bool IsSet(std::string_view key) const;  // in a file or in the environment
  bool Flag(std::string_view key) const;
  // As written in files, for lists of overrides.
  const std::map<std::string, std::string>& file_values() const { return values_; }
  const std::string& problem() const { return problem_; }

 private:
  std::map<std::string, std::string> values_;
  std::string problem_;
};

// Keys that `config set` writes to config.yaml.
bool IsFileSetting(std::string_view key);
// The built-in default of such a key; empty if there is none.
std::string_view DefaultSetting(std::string_view key);

// A flat view of a YAML document: nested keys joined by dots, items of lists by commas.
Result<std::map<std::string, std::string>> ReadYaml(std::string_view text);

// The text of config.yaml with one key set: its line, also a commented one, is replaced, else a line is
// appended. Booleans, numbers and durations are written bare, the rest quoted.
std::string SetYamlLine(std::string_view text, std::string_view key, std::string_view value);

}  // namespace bd
