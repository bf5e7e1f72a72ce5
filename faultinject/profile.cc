#include "faultinject/profile.h"

#include <algorithm>
#include <utility>

namespace fault {

namespace {

// Calls that a sandbox may deny. What is about writing files is said by the roots.
constexpr std::string_view kCalls[] = {
    "socket", "socketpair", "bind",  "listen", "connect", "accept", "send",   "recv", "shutdown", "sockopt",
    "chmod",  "utime",      "flock", "lock",   "mmap",    "link",   "rename", "exec", "io_uring", "ptrace",
};

constexpr std::string_view kPlaces[] = {"WORKSPACE", "TMP", "HOME"};

bool IsCall(std::string_view op) {
  return std::find(std::begin(kCalls), std::end(kCalls), op) != std::end(kCalls);
}

// Whether `path` is absolute or begins with a place. A star may stand for the beginning of a glob.
bool IsPlaced(std::string_view path) {
  if (path.starts_with('/')) return true;
  return std::any_of(std::begin(kPlaces), std::end(kPlaces),
                     [path](std::string_view place) { return IsWithin(path, place); });
}

class ProfileParser {
 public:
  ProfileParser(std::string_view name, std::string_view text) : text_(text) { profile_.name = name; }

  std::variant<Profile, TextError> Parse() {
    while (!text_.empty()) {
      ++error_.line;
      const size_t end = std::min(text_.find('\n'), text_.size());
      line_ = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      at_ = 0;
      if (!ParseLine()) return error_;
    }
    if (profile_.about.empty()) return TextError{1, 1, "a profile says what it is: about TEXT"};
    return profile_;
  }

 private:
  std::string_view NextWord() {
    at_ = std::min(line_.find_first_not_of(' ', at_), line_.size());
    start_ = at_;
    at_ = std::min(line_.find(' ', at_), line_.size());
    return line_.substr(start_, at_ - start_);
  }
  std::string_view Rest() {
    at_ = std::min(line_.find_first_not_of(' ', at_), line_.size());
    start_ = at_;
    return line_.substr(std::exchange(at_, line_.size()));
  }
  bool Fail(std::string message) { return FailAt(start_, std::move(message)); }
  bool FailAt(size_t offset, std::string message) {
    error_.column = static_cast<int>(offset) + 1;
    error_.message = std::move(message);
    return false;
  }
  bool Expect(std::string_view what, std::string_view found) {
    return Fail("expected " + std::string(what) +
                (found.empty() ? "" : ", found '" + std::string(found) + "'"));
  }

  bool ParseLine() {
    const std::string_view word = NextWord();
    if (word.empty() || word.starts_with('#')) return true;
    if (!ParseRow(word)) return false;
    const std::string_view more = NextWord();
    return more.empty() || Fail("too much: '" + std::string(more) + "'");
  }

  bool ParseRow(std::string_view word) {
    if (word == "about") {
      profile_.about = Rest();
      return !profile_.about.empty() || Expect("a text", "");
    }
    if (word == "system") return ParseSystem();
    if (word == "marker") return ParseMarker();
    if (word == "deny") return ParseDenial();
    if (word == "signals") return ParseSignals();
    if (word == "pids") return ParseSwitch("own", profile_.own_pids);
    if (word == "children") return ParseSwitch("die", profile_.children_die);
    if (word == "network") return ParseSwitch("none", profile_.no_network);
    if (word == "home") return ParseSwitch("own", profile_.own_home);
    if (word == "elsewhere") return ParseErrno(profile_.elsewhere);
    if (word == "writable")
      return ParsePaths([this](std::string path) { profile_.writable.push_back(path); });
    if (word == "protect") return ParseProtection();
    if (word == "moves") return ParseMoves();
    return Fail("unknown row '" + std::string(word) + "'");
  }

  bool ParseSwitch(std::string_view only, bool& into) {
    const std::string_view word = NextWord();
    if (word != only) return Expect(only, word);
    return into = true;
  }

  bool ParseErrno(int& into) {
    const std::string_view word = NextWord();
    into = ErrnoOfName(word);
    return into != 0 || Expect("the name of an error, for example EPERM", word);
  }

  template <typename Take>
  bool ParsePaths(Take take) {
    std::string_view path = NextWord();
    if (path.empty()) return Expect("a path", "");
    for (; !path.empty(); path = NextWord()) {
      if (!IsPlaced(path)) return Expect("a path that begins with /, WORKSPACE, TMP or HOME", path);
      take(std::string(path));
    }
    return true;
  }

  bool ParseSystem() {
    const std::string_view word = NextWord();
    if (word != "linux" && word != "macos") return Expect("linux or macos", word);
    profile_.system = word == "macos" ? Profile::System::kMacos : Profile::System::kLinux;
    return true;
  }

  bool ParseMarker() {
    const std::string_view kind = NextWord();
    if (kind == "file") {
      return ParsePaths([this](std::string path) {
        profile_.markers.push_back({Marker::Kind::kFile, path, ""});
      });
    }
    if (kind != "env" && kind != "status") return Expect("env, status or file", kind);
    const std::string_view word = NextWord();
    const size_t equals = word.find('=');
    if (equals == 0 || equals == std::string_view::npos) return Expect("NAME=VALUE", word);
    profile_.markers.push_back({kind == "env" ? Marker::Kind::kVariable : Marker::Kind::kStatus,
                                std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))});
    return true;
  }

  bool ParseDenial() {
    const size_t offset = at_;
    std::variant<Rule, TextError> parsed = ParseRule(Rest());
    if (auto* error = std::get_if<TextError>(&parsed)) {
      return FailAt(start_ + static_cast<size_t>(error->column) - 1, error->message);
    }
    Rule rule = std::get<Rule>(std::move(parsed));
    start_ = std::min(line_.find_first_not_of(' ', offset), line_.size());
    Rule plain;
    plain.error = rule.error;
    plain.op = rule.op;
    plain.path = rule.path;
    if (rule.action != Action::kErrno || rule != plain) {
      return Fail("a sandbox denies always and everybody: deny ERRNO op=NAME [path=GLOB]");
    }
    if (!IsCall(rule.op)) return Fail("unknown call 'op=" + rule.op + "'");
    if (!rule.path.empty() && !IsPlaced(rule.path)) {
      return Expect("a path that begins with /, WORKSPACE, TMP or HOME", rule.path);
    }
    rule.times = 0;
    profile_.denials.push_back(std::move(rule));
    return true;
  }

  bool ParseSignals() {
    int error = 0;
    if (!ParseErrno(error)) return false;
    const std::string_view whom = NextWord();
    if (whom != "outside" && whom != "children") return Expect("outside or children", whom);
    (whom == "outside" ? profile_.signal_outside : profile_.signal_children) = error;
    return true;
  }

  bool ParseProtection() {
    int error = 0;
    return ParseErrno(error) && ParsePaths([this, error](std::string path) {
             profile_.protections.push_back({error, path});
           });
  }

  bool ParseMoves() {
    if (!ParseErrno(profile_.apart_error)) return false;
    const std::string_view between = NextWord();
    if (between != "roots" && between != "directories") return Expect("roots or directories", between);
    profile_.apart = between == "roots" ? Profile::Apart::kRoots : Profile::Apart::kDirectories;
    return true;
  }

  std::string_view text_, line_;
  size_t at_ = 0, start_ = 0;
  Profile profile_;
  TextError error_{0, 1, ""};
};

std::string PrintMarker(const Marker& marker) {
  switch (marker.kind) {
    case Marker::Kind::kVariable: return "marker env " + marker.name + "=" + marker.value + "\n";
    case Marker::Kind::kStatus: return "marker status " + marker.name + "=" + marker.value + "\n";
    case Marker::Kind::kFile: return "marker file " + marker.name + "\n";
  }
  return "";
}

std::string Name(int error) { return std::string(ErrnoName(error)); }

}  // namespace

std::variant<Profile, TextError> ParseProfile(std::string_view name, std::string_view text) {
  return ProfileParser(name, text).Parse();
}

std::string Print(const Profile& profile) {
  std::string text = "about " + profile.about + "\n";
  if (profile.system == Profile::System::kMacos) text += "system macos\n";
  for (const Marker& marker : profile.markers) text += PrintMarker(marker);
  for (const Rule& rule : profile.denials) {
    text += "deny " + Name(rule.error) + " op=" + rule.op;
    if (!rule.path.empty()) text += " path=" + rule.path;
    text += "\n";
  }
  if (profile.signal_outside != 0) text += "signals " + Name(profile.signal_outside) + " outside\n";
  if (profile.signal_children != 0) text += "signals " + Name(profile.signal_children) + " children\n";
  if (profile.own_pids) text += "pids own\n";
  if (profile.children_die) text += "children die\n";
  if (profile.no_network) text += "network none\n";
  if (profile.own_home) text += "home own\n";
  if (profile.elsewhere != 0) text += "elsewhere " + Name(profile.elsewhere) + "\n";
  for (const std::string& root : profile.writable) text += "writable " + root + "\n";
  for (const Protection& row : profile.protections)
    text += "protect " + Name(row.error) + " " + row.path + "\n";
  if (profile.apart != Profile::Apart::kNothing) {
    const bool roots = profile.apart == Profile::Apart::kRoots;
    text += "moves " + Name(profile.apart_error) + (roots ? " roots\n" : " directories\n");
  }
  return text;
}

std::string InPlace(std::string_view path, const Places& places) {
  const std::string* const known[] = {&places.workspace, &places.tmp, &places.home};
  for (size_t i = 0; i < std::size(kPlaces); ++i) {
    if (IsWithin(path, kPlaces[i])) return *known[i] + std::string(path.substr(kPlaces[i].size()));
  }
  return std::string(path);
}

bool IsWithin(std::string_view path, std::string_view directory) {
  if (!path.starts_with(directory)) return false;
  return path.size() == directory.size() || path[directory.size()] == '/' || directory == "/";
}

int WriteError(const Profile& profile, std::string_view path, const Places& places) {
  for (const Protection& row : profile.protections) {
    if (IsWithin(path, InPlace(row.path, places))) return row.error;
  }
  if (profile.elsewhere == 0) return 0;
  const bool granted =
      std::any_of(profile.writable.begin(), profile.writable.end(),
                  [&](const std::string& root) { return IsWithin(path, InPlace(root, places)); });
  return granted ? 0 : profile.elsewhere;
}

int CallError(const Profile& profile, std::string_view op, std::string_view path, const Places& places) {
  for (const Rule& rule : profile.denials) {
    if (rule.op != op) continue;
    if (rule.path.empty() || GlobMatches(InPlace(rule.path, places), path)) return rule.error;
  }
  return 0;
}

}  // namespace fault
