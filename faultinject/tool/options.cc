#include "faultinject/tool/options.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace fault {

void UsageError(const std::string& message) {
  const char* tool = program_invocation_short_name;
  fprintf(stderr, "%s: %s\nRun '%s help' for what there is.\n", tool, message.c_str(), tool);
  exit(2);
}

namespace {

template <typename Number>
Number Parse(const std::string& name, const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    UsageError("--" + name + ": not a number: '" + text + "'");
  }
  return number;
}

bool IsHelpFlag(const std::string& word) { return word == "--help" || word == "-h"; }

}  // namespace

bool AsksForHelp(const std::string& command, const std::vector<std::string>& words) {
  return command == "help" || IsHelpFlag(command) || std::ranges::any_of(words, IsHelpFlag);
}

int64_t ToolOptions::Number(const std::string& name, int64_t fallback, int64_t lowest,
                            int64_t highest) const {
  const auto at = flags.find(name);
  if (at == flags.end()) return fallback;
  const auto number = Parse<int64_t>(name, at->second);
  if (number < lowest) UsageError("--" + name + ": at least " + std::to_string(lowest));
  if (number > highest) UsageError("--" + name + ": at most " + std::to_string(highest));
  return number;
}

uint64_t ToolOptions::Seed(const std::string& name, uint64_t fallback) const {
  const auto at = flags.find(name);
  return at == flags.end() ? fallback : Parse<uint64_t>(name, at->second);
}

ToolOptions ParseOptions(const std::vector<std::string>& words, const std::vector<std::string>& known) {
  ToolOptions options;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      options.plain.push_back(word);
      continue;
    }
    const size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const bool is_flag = std::find(known.begin(), known.end(), name) != known.end();
    const bool takes_value = std::find(known.begin(), known.end(), name + "=") != known.end();
    if (!is_flag && !takes_value) UsageError("unknown flag --" + name);
    if (is_flag && equals != std::string::npos) UsageError("--" + name + " takes no value");
    if (is_flag) {
      options.flags[name] = "";
    } else if (equals != std::string::npos) {
      options.flags[name] = word.substr(equals + 1);
    } else if (i + 1 < words.size()) {
      options.flags[name] = words[++i];
    } else {
      UsageError("--" + name + " needs a value");
    }
  }
  return options;
}

ToolOptions ParseFlags(const std::vector<std::string>& words, const std::vector<std::string>& known) {
  ToolOptions options = ParseOptions(words, known);
  if (!options.plain.empty()) UsageError("unexpected '" + options.plain[0] + "'");
  return options;
}

}  // namespace fault
