#include "sim/run/history.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/base/json.h"
#include "engine/types/issue_json.h"

namespace sim {

namespace {

// The words of a command apart: flags with their values, and the rest.
struct Parts {
  std::vector<std::string> plain;
  std::map<std::string, std::string> flags;
};

bool TakesNoValue(const std::string& flag) {
  static const std::set<std::string, std::less<>> kFlags = {"--json",       "--claim",       "--force",
                                                            "--silent",     "--all",         "--quiet",
                                                            "--flush-only", "--import-only", "--atomic"};
  return kFlags.contains(flag);
}

Parts Split(const std::vector<std::string>& words) {
  Parts parts;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with('-')) {
      parts.plain.push_back(word);
    } else if (const size_t equals = word.find('='); equals != std::string::npos) {
      parts.flags[word.substr(0, equals)] = word.substr(equals + 1);
    } else if (TakesNoValue(word) || i + 1 == words.size()) {
      parts.flags[word] = "";
    } else {
      parts.flags[word] = words[++i];
    }
  }
  return parts;
}

class Effects {
 public:
  Effects(const std::vector<std::string>& words, const std::string& agent, const std::string& made)
      : verb_(words.empty() ? "" : words[0]), parts_(Split(words)), agent_(agent), made_(made) {}

  std::vector<Effect> Take() {
    const std::vector<std::string>& plain = parts_.plain;
    if (verb_ == "create" || verb_ == "q") Create();
    if (verb_ == "update") ForEach(plain, [this](const std::string& id) { Update(id); });
    if (verb_ == "close") ForEach(plain, [this](const std::string& id) { Add(id, "status", "closed"); });
    if ((verb_ == "duplicate" || verb_ == "supersede") && !plain.empty()) Add(plain[0], "status", "closed");
    if (verb_ == "reopen") ForEach(plain, [this](const std::string& id) { Add(id, "status", "open"); });
    if (verb_ == "defer") ForEach(plain, [this](const std::string& id) { Add(id, "status", "deferred"); });
    if (verb_ == "undefer") ForEach(plain, [this](const std::string& id) { Add(id, "status", "open"); });
    if (verb_ == "delete") ForEach(plain, [this](const std::string& id) { Add(id, "exists", kAbsent); });
    if (plain.size() < 3) return std::move(effects_);
    const std::string &action = plain[0], &id = plain[1], &what = plain[2];
    if (verb_ == "label") Add(id, "label:" + what, action == "add" ? kPresent : kAbsent);
    if (verb_ == "dep") Add(id, "dep:" + what, action == "add" ? kPresent : kAbsent);
    if (verb_ == "comments") Add(id, "comment:" + what, kPresent);
    return std::move(effects_);
  }

 private:
  template <typename Body>
  static void ForEach(const std::vector<std::string>& ids, Body body) {
    for (const std::string& id : ids) body(id);
  }
  void Add(const std::string& id, const std::string& field, std::string_view value) {
    effects_.push_back({{id, field}, std::string(value)});
  }
  void AddFlag(const std::string& id, const char* flag, const char* field) {
    const auto at = parts_.flags.find(flag);
    if (at != parts_.flags.end()) Add(id, field, at->second);
  }
  void Create() {
    if (made_.empty() || parts_.plain.empty()) return;
    Add(made_, "exists", kPresent);
    Add(made_, "title", parts_.plain[0]);
    Add(made_, "status", "open");
    AddFlag(made_, "-p", "priority");
    AddFlag(made_, "--notes", "notes");
    const auto label = parts_.flags.find("-l");
    if (label != parts_.flags.end()) Add(made_, "label:" + label->second, kPresent);
  }
  void Update(const std::string& id) {
    AddFlag(id, "--title", "title");
    AddFlag(id, "--notes", "notes");
    AddFlag(id, "--status", "status");
    AddFlag(id, "--priority", "priority");
    AddFlag(id, "--assignee", "assignee");
    if (!parts_.flags.contains("--claim")) return;
    Add(id, "status", "in_progress");
    Add(id, "assignee", agent_);
  }

  std::string verb_;
  Parts parts_;
  const std::string& agent_;
  const std::string& made_;
  std::vector<Effect> effects_;
};

// The id in the answer of a create: as JSON, or alone.
std::string MadeId(const std::string& output) {
  const size_t key = output.find("\"id\": \"");
  if (key != std::string::npos) {
    const size_t begin = key + 7;
    return output.substr(begin, output.find('"', begin) - begin);
  }
  const size_t end = output.find_first_of(" \n");
  return output.starts_with("t-") ? output.substr(0, end) : "";
}

void Show(const bd::Issue& issue, Shown& shown) {
  auto set = [&](const std::string& field, std::string value) {
    shown.values[{issue.id, field}] = std::move(value);
  };
  shown.issues.insert(issue.id);
  set("exists", std::string(issue.IsTombstone() ? kAbsent : kPresent));
  if (issue.IsTombstone()) return;
  set("title", issue.title);
  set("notes", issue.notes);
  set("status", issue.status);
  set("priority", std::to_string(issue.priority));
  set("assignee", issue.assignee);
  for (const std::string& label : issue.labels) set("label:" + label, std::string(kPresent));
  for (const bd::Dependency& edge : issue.dependencies)
    set("dep:" + edge.depends_on_id, std::string(kPresent));
  for (const bd::Comment& comment : issue.comments) set("comment:" + comment.text, std::string(kPresent));
}

}  // namespace

std::vector<std::string> History::PutIn(const std::vector<std::string>& words) const {
  std::vector<std::string> result = words;
  for (std::string& word : result) {
    if (word.size() < 2 || word[0] != '@') continue;
    size_t index = 0;
    const auto [end, error] = std::from_chars(word.data() + 1, word.data() + word.size(), index);
    if (error != std::errc() || end != word.data() + word.size()) continue;
    word = made_.empty() ? "t-none" : made_[(index + made_.size() - 1) % made_.size()];
  }
  return result;
}

Invocation& History::Begin(Invocation invocation) {
  invocations_.push_back(std::move(invocation));
  invocations_.back().number = static_cast<int>(invocations_.size());
  return invocations_.back();
}

void History::End(Invocation& invocation) {
  const std::string& verb = invocation.words[0];
  if ((verb == "create" || verb == "q") && invocation.outcome == Invocation::Outcome::kAcknowledged) {
    invocation.made = MadeId(invocation.output);
    // A request that is answered again has no effect again.
    if (std::find(made_.begin(), made_.end(), invocation.made) != made_.end()) return;
    if (!invocation.made.empty()) made_.push_back(invocation.made);
  }
  invocation.effects = EffectsOf(invocation.words, invocation.agent, invocation.made);
}

std::vector<Effect> EffectsOf(const std::vector<std::string>& words, const std::string& agent,
                              const std::string& made) {
  return Effects(words, agent, made).Take();
}

bool IsRead(const std::vector<std::string>& words) {
  static const std::set<std::string, std::less<>> kReads = {
      "show",   "list",  "ready",    "blocked", "count", "search",  "stats",
      "status", "stale", "children", "info",    "where", "version", "types"};
  if (words.empty()) return false;
  if (kReads.contains(words[0])) return true;
  const bool is_listing =
      words.size() > 1 && (words[1] == "list" || words[1] == "tree" || words[1] == "cycles");
  return is_listing &&
         (words[0] == "dep" || words[0] == "label" || words[0] == "comments" || words[0] == "config");
}

Shown ReadAnswer(std::string_view json) {
  Shown shown;
  bd::Result<bd::JsonDocument> document = bd::JsonDocument::Parse(json);
  if (!document || !document->root().IsArray()) return shown.problem = "it is no array", shown;
  for (size_t i = 0; i < document->root().size(); ++i) {
    const bd::JsonValue issue = document->root().At(i);
    const std::optional<bd::JsonValue> id = issue.Find("id");
    if (!id || !id->AsString()) return shown.problem = "an issue without an id", shown;
    shown.issues.insert(*id->AsString());
    for (const char* field : {"title", "status"}) {
      const std::optional<bd::JsonValue> value = issue.Find(field);
      if (value && value->AsString()) shown.values[{*id->AsString(), field}] = *value->AsString();
    }
    const std::optional<bd::JsonValue> priority = issue.Find("priority");
    if (priority && priority->AsInt()) {
      shown.values[{*id->AsString(), "priority"}] = std::to_string(*priority->AsInt());
    }
  }
  return shown;
}

Shown ReadLines(std::string_view lines, const std::set<std::string>& carried) {
  Shown shown;
  auto complain = [&shown](int number, const std::string& what) {
    if (shown.problem.empty()) shown.problem = "line " + std::to_string(number) + ": " + what;
  };
  for (int number = 1; !lines.empty(); ++number) {
    const size_t end = lines.find('\n');
    const std::string line(lines.substr(0, end));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    bd::Result<bd::ParsedLine> parsed = bd::ParseIssueLine(line);
    if (!parsed || end == std::string_view::npos) {
      if (!carried.contains(line)) complain(number, parsed ? "has no end" : parsed.error().message);
      shown.broken.push_back(line);
    } else if (shown.issues.contains(parsed->issue.id)) {
      complain(number, parsed->issue.id + " stands there twice");
    } else {
      Show(parsed->issue, shown);
    }
  }
  return shown;
}

}  // namespace sim
