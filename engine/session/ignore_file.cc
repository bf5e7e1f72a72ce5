#include "engine/session/ignore_file.h"

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace bd {

namespace {

constexpr int64_t kSizeMax = 1 << 20;

// A pattern, and a name that shows whether it is there in whatever form: that of a temporary or set-aside
// file.
struct Ignored {
  std::string_view pattern, name;
};
constexpr Ignored kIgnored[] = {
    {"daemon-start-state.json*", "daemon-start-state.json.0"},
    {"daemon-error*", "daemon-error.0"},
    {"daemon.last.json*", "daemon.last.json.0"},
    {"daemon.log*", "daemon.log.1"},
    {"bd.sock*", "bd.sock.new"},
};

// As git matches names in one directory, without classes of characters.
bool Matches(std::string_view pattern, std::string_view name) {
  constexpr size_t kNone = std::string_view::npos;
  size_t at = 0, star = kNone, resume = 0;
  for (size_t i = 0; i < name.size();) {
    if (at < pattern.size() && (pattern[at] == '?' || (pattern[at] != '*' && pattern[at] == name[i]))) {
      ++at, ++i;
    } else if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = i;
    } else if (star != kNone) {  // the star takes one more
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == kNone;
}

bool Covers(std::string_view text, std::string_view name) {
  for (const std::string& line : Split(text, '\n')) {
    std::string_view pattern = Trim(line);
    if (pattern.starts_with('#') || pattern.starts_with('!')) continue;
    if (pattern.starts_with('/')) pattern.remove_prefix(1);
    if (Matches(pattern, name)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> MissingIgnores(std::string_view text) {
  std::vector<std::string> missing;
  for (const Ignored& ignored : kIgnored) {
    if (!Covers(text, ignored.name)) missing.emplace_back(ignored.pattern);
  }
  return missing;
}

Result<std::vector<std::string>> CompleteIgnoreFile(const std::string& path) {
  Result<std::string> text = os::ReadFile(path, kSizeMax);
  if (!text && text.error().code == Code::kNotFound) return std::vector<std::string>();
  if (!text) return std::move(text).error();
  std::vector<std::string> missing = MissingIgnores(*text);
  if (missing.empty()) return missing;
  const os::FileInfo info = TRY(os::Stat(path));
  if (!text->empty() && text->back() != '\n') *text += '\n';
  *text += Cat("\n# State of a running daemon\n", Join(missing, "\n"), "\n");
  TRY(os::ReplaceFile(path, *text, info.mode));
  return missing;
}

}  // namespace bd
