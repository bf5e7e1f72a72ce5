#include "sim/run/effects.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "engine/base/json.h"

namespace sim {

namespace {

using Words = std::vector<std::string>;

// The words of a command apart: flags with their values, and the rest.
struct Parts {
  Words plain;
  std::map<std::string, std::string> flags;
};

bool TakesNoValue(const std::string& flag) {
  static const std::set<std::string, std::less<>> kFlags = {
      "--json",    "--claim",      "--force",  "--hard",       "--silent",      "--all",
      "--quiet",   "-q",           "-f",       "--flush-only", "--import-only", "--atomic",
      "--dry-run", "--keep-going", "--status", "--full",       "--no-push",     "--no-pull",
      "--schema",  "--from-main",  "--squash", "--ephemeral",  "--persistent"};
  return kFlags.contains(flag);
}

// Of which the same flag means something else.
bool TakesValueHere(const std::string& verb, const std::string& flag) {
  return (flag == "--status" && verb != "sync") || (flag == "-f" && verb == "batch");
}

Parts Split(const Words& words) {
  Parts parts;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool no_value = TakesNoValue(word) && !TakesValueHere(words[0], word);
    if (!word.starts_with('-')) {
      parts.plain.push_back(word);
    } else if (const size_t equals = word.find('='); equals != std::string::npos) {
      parts.flags[word.substr(0, equals)] = word.substr(equals + 1);
    } else if (no_value || i + 1 == words.size()) {
      parts.flags[word] = "";
    } else {
      parts.flags[word] = words[++i];
    }
  }
  return parts;
}

// What the words ask for; `made` is the id of what is created ("" if it is not known).
class Effects {
 public:
  Effects(const Words& words, const Invocation& by, const std::string& made)
      : verb_(words.empty() ? "" : words[0]), parts_(Split(words)), by_(by), made_(made) {}

  std::vector<Effect> Take(bool acknowledged) {
    acknowledged_ = acknowledged;
    if (parts_.flags.contains("--dry-run")) return {};
    Whole();
    Parts_();
    return std::move(effects_);
  }

 private:
  // Commands whose plain words are ids.
  void Whole() {
    const Words& plain = parts_.plain;
    if (verb_ == "create" || verb_ == "q") return Create();
    for (const std::string& id : plain) {
      if (verb_ == "update") Update(id);
      if (verb_ == "close") Add(id, "status", "closed");
      if (verb_ == "reopen" || verb_ == "undefer") Add(id, "status", "open");
      if (verb_ == "defer") Add(id, "status", "deferred");
      if (verb_ == "delete" && parts_.flags.contains("--force")) Add(id, "exists", kAbsent);
    }
    if (verb_ == "duplicate" && !plain.empty()) CloseAs(plain[0], "--of");
    if (verb_ == "supersede" && !plain.empty()) CloseAs(plain[0], "--with");
    if ((verb_ == "relate" || verb_ == "unrelate") && plain.size() == 2) MayLink(plain[0], plain[1]);
    if (verb_ == "comment" && plain.size() == 2) Add(plain[0], "comment:" + plain[1], kPresent);
  }

  // ... and those with a word before them that says what to do.
  void Parts_() {
    const Words& plain = parts_.plain;
    if (plain.size() == 2 && (verb_ == "kv" || verb_ == "config")) Set(plain[0], plain[1], "");
    if (plain.size() < 3) return;
    const std::string &action = plain[0], &id = plain[1], &what = plain[2];
    if (verb_ == "kv" || verb_ == "config") Set(action, id, what);
    if (verb_ == "label") Add(id, "label:" + what, action == "add" ? kPresent : kAbsent);
    if (verb_ == "comments") Add(id, "comment:" + what, kPresent);
    if (verb_ != "dep") return;
    if (action == "relate" || action == "unrelate") return MayLink(id, what);
    Add(id, "dep:" + what, action == "add" ? kPresent : kAbsent);
  }

  void Add(const std::string& id, std::string_view field, std::string_view value) {
    effects_.push_back({{id, std::string(field)}, std::string(value), acknowledged_});
  }
  // One edge for all kinds: which kind it is no register shows, so it is told of none what they do to it.
  void MayLink(const std::string& one, const std::string& other) {
    for (std::string_view value : {kPresent, kAbsent}) {
      effects_.push_back({{one, "dep:" + other}, std::string(value), false});
      effects_.push_back({{other, "dep:" + one}, std::string(value), false});
    }
  }
  void CloseAs(const std::string& id, const char* flag) {
    Add(id, "status", "closed");
    const auto other = parts_.flags.find(flag);
    if (other != parts_.flags.end()) MayLink(id, other->second);
  }
  void Set(const std::string& action, const std::string& key, const std::string& value) {
    if (action != "set" && action != "unset" && action != "clear") return;
    // What git keeps it does not sync.
    if (key.starts_with("beads.")) acknowledged_ = false;
    Add(SettingsOf(by_.directory), verb_ == "kv" ? "kv." + key : key, value);
  }
  void AddFlag(const std::string& id, const char* flag, const char* field) {
    const auto at = parts_.flags.find(flag);
    if (at != parts_.flags.end()) Add(id, field, at->second);
  }
  void Create() {
    const auto asked_for = parts_.flags.find("--id");
    const bool has_id = asked_for != parts_.flags.end();
    const std::string& id = has_id ? asked_for->second : made_;
    if (id.empty() || parts_.plain.empty()) return;
    if (has_id) Add(id, kAnew, kPresent);
    Add(id, "exists", kPresent);
    Add(id, "title", parts_.plain[0]);
    Add(id, "status", "open");
    AddFlag(id, "-p", "priority");
    AddFlag(id, "-t", "type");
    AddFlag(id, "-d", "description");
    AddFlag(id, "--notes", "notes");
    const auto waits = parts_.flags.find("--waits-for");
    if (waits != parts_.flags.end()) Add(id, "dep:" + waits->second, kPresent);
    const auto label = parts_.flags.find("-l"), parent = parts_.flags.find("--parent");
    if (label != parts_.flags.end()) Add(id, "label:" + label->second, kPresent);
    if (parent != parts_.flags.end()) Add(id, "dep:" + parent->second, kPresent);
  }
  void Update(const std::string& id) {
    AddFlag(id, "--title", "title");
    AddFlag(id, "--notes", "notes");
    AddFlag(id, "--status", "status");
    AddFlag(id, "--priority", "priority");
    AddFlag(id, "--assignee", "assignee");
    AddFlag(id, "--description", "description");
    AddFlag(id, "--design", "design");
    AddFlag(id, "--type", "type");
    if (!parts_.flags.contains("--claim")) return;
    Add(id, "status", "in_progress");
    Add(id, "assignee", by_.agent);
  }

  std::string verb_;
  Parts parts_;
  const Invocation& by_;
  const std::string& made_;
  bool acknowledged_ = false;
  std::vector<Effect> effects_;
};

bool Creates(const Words& words) { return !words.empty() && (words[0] == "create" || words[0] == "q"); }

// The id that a create was told to take, or that is in its answer: as JSON, or alone.
std::string MadeId(const Words& words, const std::string& output) {
  const auto flag = std::ranges::find(words, "--id");
  if (flag != words.end() && flag + 1 != words.end()) return *(flag + 1);
  const size_t key = output.find("\"id\": \"");
  if (key != std::string::npos) {
    const size_t begin = key + 7;
    return output.substr(begin, output.find('"', begin) - begin);
  }
  const size_t end = output.find_first_of(" \n");
  return output.substr(0, end).find('-') != std::string::npos ? output.substr(0, end) : "";
}

void Append(std::vector<Effect>& to, std::vector<Effect> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void WorkOutOne(Invocation& by, const Words& words, bool acknowledged, const std::string& made) {
  if (!made.empty()) by.made.push_back(made);
  Append(by.effects, Effects(words, by, made).Take(acknowledged));
}

// --- batch: a line is a command of its own, and the answer tells of each

std::vector<Words> CommandsIn(const std::string& input) {
  std::vector<Words> commands;
  for (size_t at = 0; at < input.size();) {
    const size_t end = std::min(input.find('\n', at), input.size());
    bd::Result<bd::JsonDocument> line = bd::JsonDocument::Parse(input.substr(at, end - at));
    at = end + 1;
    if (!line || !line->root().IsArray()) continue;
    Words& words = commands.emplace_back();
    for (size_t i = 0; i < line->root().size(); ++i) {
      words.push_back(line->root().At(i).AsString().value_or(""));
    }
  }
  return commands;
}

struct LineResult {
  bool success = false;
  std::string made;
};

// Nothing if the answer is not about lines.
std::optional<std::vector<LineResult>> ResultsIn(const std::string& output) {
  bd::Result<bd::JsonDocument> answer = bd::JsonDocument::Parse(output);
  if (!answer || !answer->root().IsObject()) return std::nullopt;
  const std::optional<bd::JsonValue> lines = answer->root().Find("results");
  if (!lines || !lines->IsArray()) return std::nullopt;
  std::vector<LineResult> results(lines->size());
  for (size_t i = 0; i < results.size(); ++i) {
    const bd::JsonValue line = lines->At(i);
    const std::optional<bd::JsonValue> success = line.Find("success"), data = line.Find("data");
    results[i].success = success && success->AsBool().value_or(false);
    const std::optional<bd::JsonValue> id = data && data->IsObject() ? data->Find("id") : std::nullopt;
    if (id) results[i].made = id->AsString().value_or("");
  }
  return results;
}

void WorkOutBatch(Invocation& by) {
  const std::vector<Words> commands = CommandsIn(by.input);
  const bool is_atomic = std::find(by.words.begin(), by.words.end(), "--atomic") != by.words.end();
  std::optional<std::vector<LineResult>> results;
  if (by.outcome != Invocation::Outcome::kUnknown) results = ResultsIn(by.output);
  if (!results) {
    for (const Words& words : commands) WorkOutOne(by, words, false, "");
    return;
  }
  // All or nothing, and it says nothing.
  if (is_atomic && !by.acknowledged()) return;
  for (size_t i = 0; i < commands.size() && i < results->size(); ++i) {
    const LineResult& result = (*results)[i];
    WorkOutOne(by, commands[i], result.success, Creates(commands[i]) ? result.made : "");
  }
}

// --- import

// The sum of the numbers in its last line ("Import complete: 1 created, 0 updated, 2 unchanged").
int64_t LinesTaken(const std::string& errors) {
  const size_t at = errors.find("Import complete: ");
  if (at == std::string::npos) return -1;
  int64_t sum = 0;
  for (const char* c = errors.c_str() + at; *c != '\0' && *c != '\n'; ++c) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(c, errors.c_str() + errors.size(), number);
    if (error == std::errc()) sum += number, c = end;
  }
  return sum;
}

// The file may have been cut off before it was read: only if as many lines were taken as were written can it
// be told that all of them were.
void WorkOutImport(Invocation& by) {
  if (Split(by.words).flags.contains("--dry-run")) return;
  const Shown lines = ReadLines(by.input);
  const bool all = by.acknowledged() && lines.broken.empty() &&
                   LinesTaken(by.errors) == static_cast<int64_t>(lines.issues.size());
  for (const auto& [target, value] : lines.values) by.effects.push_back({target, value, all});
  if (all) by.made.assign(lines.issues.begin(), lines.issues.end());
}

// Which epics were closed only the answer says.
void WorkOutEpics(Invocation& by) {
  const bd::Result<bd::JsonDocument> answer = bd::JsonDocument::Parse(by.output);
  const bool is_told = by.acknowledged() && answer && answer->root().IsObject();
  const std::optional<bd::JsonValue> closed = is_told ? answer->root().Find("closed") : std::nullopt;
  for (size_t i = 0; closed && i < closed->size(); ++i)
    by.effects.push_back({{closed->At(i).AsString().value_or(""), "status"}, "closed", true});
  if (!by.acknowledged()) by.effects.push_back({{std::string(kAnyIssue), "status"}, "closed", false});
}

}  // namespace

void WorkOut(Invocation& invocation) {
  if (invocation.words[0] == "epic" && Split(invocation.words).plain == Words{"close-eligible"}) {
    return WorkOutEpics(invocation);
  }
  if (invocation.words[0] == "batch") return WorkOutBatch(invocation);
  if (invocation.words[0] == "import") return WorkOutImport(invocation);
  const bool made = Creates(invocation.words) && invocation.acknowledged();
  WorkOutOne(invocation, invocation.words, invocation.acknowledged(),
             made ? MadeId(invocation.words, invocation.output) : "");
}

std::string InputFileOf(const Words& words) {
  const char* flag = words[0] == "batch" ? "-f" : words[0] == "import" ? "-i" : nullptr;
  if (flag == nullptr) return "";
  const Parts parts = Split(words);
  const auto at = parts.flags.find(flag);
  return at == parts.flags.end() ? "" : at->second;
}

bool IsRead(const Words& words) {
  static const std::set<std::string, std::less<>> kReads = {
      "show",  "list", "ready", "blocked", "count",      "search",     "stats",      "status",
      "stale", "info", "where", "version", "types",      "children",   "prime",      "onboard",
      "human", "help", "merge", "export",  "quickstart", "completion", "__complete", "doctor"};
  static const std::set<std::string, std::less<>> kReadingActions = {
      "list", "tree", "cycles", "get", "validate", "status", "list-all", "current"};
  if (words.empty()) return false;
  const Parts parts = Split(words);
  if (words[0] == "export") return !parts.flags.contains("-o");
  if (kReads.contains(words[0])) return true;
  if (words[0] == "sync" && words.size() > 1 && words[1] == "--status") return true;
  const std::string& action = words[0] == "sync" && words.size() > 2 ? words[2]
                              : words.size() > 1                     ? words[1]
                                                                     : "";
  static const std::set<std::string, std::less<>> kGroups = {"dep", "label", "comments", "config",
                                                             "kv",  "epic",  "sync"};
  return kGroups.contains(words[0]) && kReadingActions.contains(action);
}

}  // namespace sim
