#include "engine/session/config.h"

#include <yaml.h>

#include <algorithm>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"

namespace bd {

namespace {

constexpr int64_t kConfigBytesMax = 1 << 20;

struct Default {
  std::string_view key, value;
};
constexpr Default kDefaults[] = {
    {"json", "false"},
    {"no-daemon", "false"},
    {"no-auto-flush", "false"},
    {"no-auto-import", "false"},
    {"no-db", "false"},
    {"readonly", "false"},
    {"lock-timeout", "30s"},
    {"flush-debounce", "30s"},
    {"auto-start-daemon", "true"},
    {"remote-sync-interval", "30s"},
    {"events-export", "false"},
    {"no-push", "false"},
    {"sync.mode", "git-portable"},
    {"sync.export_on", "push"},
    {"sync.import_on", "pull"},
    {"sync.require_confirmation_on_mass_delete", "false"},
    {"conflict.strategy", "newest"},
    {"create.require-description", "false"},
    {"validation.on-create", "none"},
    {"validation.on-sync", "none"},
    {"hierarchy.max-depth", "3"},
    {"git.no-gpg-sign", "false"},
    {"routing.default", "."},
    {"routing.maintainer", "."},
    {"routing.contributor", "~/.beads-planning"},
};

// Turns the events of a document into dotted keys.
class Flattener {
 public:
  Result<std::map<std::string, std::string>> Run(std::string_view text) {
    yaml_parser_t parser;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    Status status = Ok();
    bool more = true;
    while (more && status) {
      yaml_event_t event;
      if (yaml_parser_parse(&parser, &event) == 0) {
        status = Invalid(Cat("line ", parser.problem_mark.line + 1, ": ",
                             parser.problem ? parser.problem : "not valid YAML"));
        break;
      }
      more = event.type != YAML_STREAM_END_EVENT;
      status = Take(event);
      yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (!status) return std::move(status).error();
    return std::move(values_);
  }

 private:
  struct Level {
    bool is_map;
    std::string key;  // the present one, of a map
    bool has_key = false;
  };

  Status Take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_MAPPING_START_EVENT:
      case YAML_SEQUENCE_START_EVENT:
        if (levels_.size() > static_cast<size_t>(kJsonDepthMax)) return Invalid("nested too deeply");
        levels_.push_back({event.type == YAML_MAPPING_START_EVENT, "", false});
        break;
      case YAML_MAPPING_END_EVENT:
      case YAML_SEQUENCE_END_EVENT:
        levels_.pop_back();
        if (!levels_.empty()) levels_.back().has_key = false;
        break;
      case YAML_SCALAR_EVENT:
        Scalar({reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length});
        break;
      default: break;
    }
    return Ok();
  }

  void Scalar(std::string value) {
    if (levels_.empty()) return;
    Level& level = levels_.back();
    if (level.is_map && !level.has_key) {
      level.key = std::move(value);
      level.has_key = true;
      return;
    }
    std::string path;
    for (const Level& outer : levels_) {
      if (outer.is_map) path += Cat(path.empty() ? "" : ".", outer.key);
    }
    std::string& place = values_[path];
    place = level.is_map || place.empty() ? value : Cat(place, ",", value);
    level.has_key = false;
  }

  std::vector<Level> levels_;
  std::map<std::string, std::string> values_;
};

std::string EnvironmentName(std::string_view key) {
  std::string name = "BD_" + Upper(key);
  for (char& c : name) {
    if (c == '.' || c == '-') c = '_';
  }
  return name;
}

std::string FindConfigFile(const std::string& directory, const std::string& start) {
  if (!directory.empty()) {
    std::string file = os::JoinPath(directory, "config.yaml");
    if (os::Exists(file)) return file;
  }
  for (std::string at = start; !at.empty(); at = os::DirectoryOf(at)) {
    std::string file = os::JoinPath(at, ".beads/config.yaml");
    if (os::Exists(file)) return file;
    if (at == "/" || at == ".") break;
  }
  const std::string home = os::GetEnv("HOME");
  std::string base = os::GetEnv("XDG_CONFIG_HOME");
  if (base.empty() && !home.empty()) base = home + "/.config";
  for (const std::string& file : {base + "/bd/config.yaml", home + "/.beads/config.yaml"}) {
    if (file.starts_with('/') && os::Exists(file)) return file;
  }
  return "";
}

void MergeFile(const std::string& file, std::map<std::string, std::string>& values, std::string& problem) {
  Result<std::string> text = os::ReadFile(file, kConfigBytesMax);
  if (!text) {
    if (text.error().code != Code::kNotFound) problem = text.error().message;
    return;
  }
  auto read = ReadYaml(*text);
  if (!read) {
    problem = Cat(file, ": ", read.error().message);
    return;
  }
  for (auto& [key, value] : *read) values[key] = std::move(value);
}

}  // namespace

Config Config::Load(const std::string& directory, const std::string& start) {
  Config config;
  const std::string file = FindConfigFile(directory, start);
  if (file.empty()) return config;
  MergeFile(file, config.values_, config.problem_);
  MergeFile(os::JoinPath(os::DirectoryOf(file), "config.local.yaml"), config.values_, config.problem_);
  return config;
}

bool Config::IsSet(std::string_view key) const {
  return os::HasEnv(EnvironmentName(key).c_str()) || values_.contains(std::string(key));
}

std::string Config::Get(std::string_view key) const {
  const std::string variable = EnvironmentName(key);
  if (os::HasEnv(variable.c_str())) return os::GetEnv(variable.c_str());
  auto value = values_.find(std::string(key));
  return value != values_.end() ? value->second : std::string(DefaultSetting(key));
}

bool Config::Flag(std::string_view key) const { return ParseBool(Get(key)).value_or(false); }

std::string_view DefaultSetting(std::string_view key) {
  for (const Default& entry : kDefaults) {
    if (entry.key == key) return entry.value;
  }
  return {};
}

bool IsFileSetting(std::string_view key) {
  constexpr std::string_view kKeys[] = {"json",
                                        "db",
                                        "actor",
                                        "identity",
                                        "no-db",
                                        "no-daemon",
                                        "no-auto-flush",
                                        "no-auto-import",
                                        "auto-start-daemon",
                                        "flush-debounce",
                                        "lock-timeout",
                                        "remote-sync-interval",
                                        "no-push",
                                        "no-git-ops",
                                        "sync-branch",
                                        "create.require-description"};
  constexpr std::string_view kPrefixes[] = {
      "routing.",           "sync.",       "git.",    "directory.", "repos.",
      "external_projects.", "validation.", "daemon.", "hierarchy.", "ai."};
  return std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys) ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [key](std::string_view prefix) { return key.starts_with(prefix); });
}

Result<std::map<std::string, std::string>> ReadYaml(std::string_view text) { return Flattener().Run(text); }

std::string SetYamlLine(std::string_view text, std::string_view key, std::string_view value) {
  auto is_duration = [](std::string_view v) {
    return v.size() > 1 && (v.ends_with('s') || v.ends_with('m') || v.ends_with('h')) &&
           ParseInt(v.substr(0, v.size() - 1)).has_value();
  };
  const bool bare = value == "true" || value == "false" || ParseInt(value) || is_duration(value);
  const std::string line = Cat(key, ": ", bare ? std::string(value) : JsonString(value));
  std::vector<std::string> lines = Split(text, '\n');
  // A line that counts goes before one that is commented: of two the last one would count.
  for (const bool commented : {false, true}) {
    for (std::string& present : lines) {
      std::string_view rest = Trim(present);
      while (commented && rest.starts_with('#')) rest = Trim(rest.substr(1));
      if (rest.starts_with(key) && rest.substr(key.size()).starts_with(':')) {
        present = line;
        return Join(lines, "\n");
      }
    }
  }
  std::string out(text);
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
  return Cat(out, line);
}

}  // namespace bd
