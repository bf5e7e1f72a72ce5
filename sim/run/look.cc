#include "sim/run/look.h"

#include <algorithm>

namespace sim {

namespace {

constexpr size_t kListedMax = 50;  // `list` shows no more

bool Has(const Invocation& invocation, const char* word) {
  return std::find(invocation.words.begin(), invocation.words.end(), word) != invocation.words.end();
}

// One line; an unset key of `config get` says so there.
Shown Setting(const Invocation& invocation, const std::string& key) {
  const std::string line = invocation.output.substr(0, invocation.output.find('\n'));
  Shown shown;
  shown.values[{SettingsOf(invocation.directory), key}] = line.starts_with(key + " (not set") ? "" : line;
  return shown;
}

}  // namespace

std::optional<Shown> LookOf(const Invocation& invocation) {
  const std::vector<std::string>& words = invocation.words;
  if (!invocation.acknowledged()) return std::nullopt;
  // It says itself that it may not know everything.
  if (invocation.errors.find("the database cannot be read") != std::string::npos) return std::nullopt;
  if ((words[0] == "show" || words[0] == "list") && Has(invocation, "--json")) {
    return ReadAnswer(invocation.output);
  }
  if (words[0] == "export" && words.size() == 1) return ReadLines(invocation.output);
  if (words.size() != 3 || words[1] != "get") return std::nullopt;
  if (words[0] == "kv") return Setting(invocation, "kv." + words[2]);
  if (words[0] == "config") return Setting(invocation, words[2]);
  return std::nullopt;
}

bool ShowsAll(const Invocation& look, const Shown& shown) {
  if (look.words[0] == "export") return true;
  return Has(look, "--all") && shown.issues.size() < kListedMax;
}

}  // namespace sim
