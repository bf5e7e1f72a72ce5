#include "sim/run/plan.h"

#include <algorithm>
#include <charconv>

#include "faultinject/number.h"
#include "sim/programs/programs.h"
#include "sim/run/plan_words.h"
#include "sim/world/call.h"
#include "sim/world/sandbox.h"
#include "sim/world/statics.h"

namespace sim {

namespace {

using fault::kCountMax;
using fault::kMsMax;
using fault::TextError;

constexpr int64_t kRunsMax = 10'000;         // of one plan
constexpr int64_t kScheduleMax = 1'000'000;  // calls, falls of a priority
constexpr int64_t kLatencyMax = 1'000'000'000'000;
constexpr int64_t kStatusMax = 255;

constexpr std::string_view kThere[] = {"/", "/w", "/home", "/tmp", "/bin"};

// Some disks fold case.
std::string Folded(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  while (folded.size() > 1 && folded.back() == '/') folded.pop_back();
  return folded;
}

bool Mentions(const std::vector<PlanCommand>& commands, const std::string& name) {
  for (const PlanCommand& command : commands) {
    for (const std::string& word : command.words) {
      if (Folded(word).ends_with(name)) return true;
    }
  }
  return false;
}

class PlanParser {
 public:
  explicit PlanParser(std::string_view text) : text_(text) {}

  std::variant<Plan, TextError> Parse() {
    while (!text_.empty()) {
      ++number_;
      const size_t end = std::min(text_.find('\n'), text_.size());
      std::string_view line = text_.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      if (!ParseLine(line)) return error_;
    }
    if (!begun_) return TextError{1, 1, "a plan begins with the line: plan 1"};
    if (plan_.setup.empty()) plan_.setup = UsualSetup();
    if (!ArePlacesMade()) return error_;
    return std::move(plan_);
  }

 private:
  bool Fail(int column, std::string message) {
    error_ = {number_, column, std::move(message)};
    return false;
  }

  bool ParseLine(std::string_view line) {
    std::vector<Word> words;
    const size_t first = line.find_first_not_of(' ');
    if (first == std::string_view::npos || line[first] == '#') return true;
    if (!SplitWords(line, number_, words, error_)) return false;
    if (!begun_) return ParseVersion(words);
    if (line[0] == ' ') return ParseCommand(words);
    into_ = nullptr;
    directory_.clear();
    const std::string& name = words[0].text;
    if (name == "seed") return ParseSeed(words);
    if (name == "repeat") return ParseRuns(words, plan_.repeat);
    if (name == "each") return ParseRuns(words, plan_.each);
    if (name == "disk") return ParseDisk(words);
    if (name == "schedule") return ParseSchedule(words);
    if (name == "latency") return ParseLatency(words);
    if (name == "setup") return into_ = &plan_.setup, ParseDirectory(words);
    if (name == "check") return into_ = &plan_.check, ParseDirectory(words);
    if (name == "agent") return ParseAgent(words);
    if (name == "fault") return ParseFault(line);
    return Fail(words[0].column, "unknown word '" + name + "'");
  }

  bool ParseVersion(const std::vector<Word>& words) {
    if (words.size() != 2 || words[0].text != "plan")
      return Fail(words[0].column, "a plan begins with the line: plan 1");
    begun_ = words[1].text == "1";
    return begun_ || Fail(words[1].column, "this build reads plans of form 1, not of form " + words[1].text +
                                               ": use the bd-sim that wrote it, or a newer one");
  }

  bool ParseSeed(const std::vector<Word>& words) {
    if (words.size() != 2) return Fail(1, "expected: seed NUMBER");
    uint64_t seed = 0;
    const std::string& text = words[1].text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error != std::errc() || end != text.data() + text.size()) {
      return Fail(words[1].column, "not a seed: '" + text + "'");
    }
    plan_.seed = seed;
    return true;
  }

  // How many runs it is: of `repeat` and `each`.
  bool ParseRuns(const std::vector<Word>& words, int64_t& into) {
    if (words.size() != 2) return Fail(1, "expected: " + words[0].text + " NUMBER");
    return SetNumber(words[1].text, into, 1, kRunsMax) || Fail(words[1].column, std::move(why_));
  }

  // NAME=NUMBER words; `set` says whether it knows the name.
  template <typename Set>
  bool ParseNumbers(const std::vector<Word>& words, size_t from, Set set, const std::string& hint = "") {
    for (size_t i = from; i < words.size(); ++i) {
      const std::string& text = words[i].text;
      const size_t equals = text.find('=');
      const std::string name = text.substr(0, equals);
      const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
      why_.clear();
      column_ = words[i].column;
      if (set(name, value)) continue;
      if (!why_.empty()) return Fail(words[i].column, name + ": " + why_);
      return Fail(words[i].column, "unknown or wrong: '" + text + "'" + hint);
    }
    return true;
  }

  // If it is none, why_ says so.
  bool SetNumber(const std::string& value, int64_t& into, int64_t lowest, int64_t highest, int base = 10) {
    why_ = fault::ReadNumber(value, lowest, highest, into, base);
    return why_.empty();
  }

  static bool SetSandbox(const std::string& value, PlanAgent& agent) {
    const size_t slash = value.find('/');
    agent.sandbox = value.substr(0, slash);
    if (slash != std::string::npos) agent.box = value.substr(slash + 1);
    return FindProfile(agent.sandbox) != nullptr;
  }

  bool SetUser(const std::string& value, uint32_t& into) {
    int64_t number = 0;
    const bool is_one = SetNumber(value, number, 0, UINT32_MAX - 1);
    if (is_one) into = static_cast<uint32_t>(number);
    return is_one;
  }

  bool ParseDisk(const std::vector<Word>& words) {
    if (words.size() == 2) {
      for (const DiskProfile& profile : DiskProfiles()) {
        if (profile.name != words[1].text) continue;
        std::vector<Word> meant;
        return SplitWords(profile.words, number_, meant, error_) && ParseDisk(meant);
      }
    }
    DiskRules& disk = plan_.disk;
    return ParseNumbers(
        words, 1,
        [&](const std::string& name, const std::string& value) {
          if (name == "ext4") return disk.journal = Journal::kExt4, true;
          if (name == "posix") return disk.journal = Journal::kPosix, true;
          if (name == "lying") return disk.journal = Journal::kLying, true;
          if (name == "torn") return disk.torn_sectors = true;
          if (name == "no-exchange") return !(disk.exchange = false);
          if (name == "no-links") return !(disk.hard_links = false);
          if (name == "no-directory-sync") return !(disk.directory_sync = false);
          if (name == "folds-case") return disk.folds_case = true;
          if (name == "no-copy-range") return !(disk.copy_range = false);
          if (name == "lying-locks") return disk.locks_lie = true;
          if (name == "capacity") return SetNumber(value, disk.capacity, 0, kCountMax);
          if (name == "tick") {
            int64_t ms = 0;
            if (!SetNumber(value, ms, 0, kMsMax)) return false;
            disk.mtime_step_ns = std::max<int64_t>(1, ms * 1'000'000);
            return true;
          }
          if (name != "type") return false;
          int64_t type = 0;
          const bool is_one = SetNumber(value, type, 0, INT64_MAX, 16);
          if (is_one) disk.type = static_cast<uint64_t>(type);
          return is_one;
        },
        " (bd-sim profiles lists disks; the head of sim/run/plan.h says what else there is)");
  }

  bool ParseSchedule(const std::vector<Word>& words) {
    using Kind = SchedulerOptions::Kind;
    const std::string kind = words.size() > 1 ? words[1].text : "";
    SchedulerOptions& scheduler = plan_.scheduler;
    if (kind == "robin" && words.size() == 2) return scheduler.kind = Kind::kRobin, true;
    if (words.size() != 3 || (kind != "sticky" && kind != "pct")) {
      return Fail(1, "expected: schedule sticky N, schedule pct N or schedule robin");
    }
    scheduler.kind = kind == "pct" ? Kind::kPct : Kind::kSticky;
    return SetNumber(words[2].text, scheduler.amount, 1, kScheduleMax) ||
           Fail(words[2].column, std::move(why_));
  }

  bool ParseLatency(const std::vector<Word>& words) {
    return ParseNumbers(words, 1, [&](const std::string& name, const std::string& value) {
      if (name == "call") return SetNumber(value, plan_.call_ns, 2, kLatencyMax);
      if (name == "sync") return SetNumber(value, plan_.sync_ns, 2, kLatencyMax);
      return false;
    });
  }

  bool ParseDirectory(const std::vector<Word>& words) {
    return ParseNumbers(words, 1, [&](const std::string& name, const std::string& value) {
      if (name != "in" || !value.starts_with('/')) return false;
      directory_ = value;
      places_.push_back({number_, column_, value});
      return true;
    });
  }

  bool ParseAgent(const std::vector<Word>& words) {
    if (words.size() < 2) return Fail(1, "an agent has a name");
    PlanAgent agent;
    agent.name = words[1].text;
    if (agent.name.empty() || agent.name.find_first_of("/= \t\n\"'#") != std::string::npos)
      return Fail(words[1].column, "'" + agent.name + "' cannot be a name");
    for (const PlanAgent& other : plan_.agents) {
      if (other.name == agent.name) return Fail(words[1].column, "there is an agent '" + agent.name + "'");
    }
    if (!ParseNumbers(words, 2, [&](const std::string& name, const std::string& value) {
          if (name == "start") return SetNumber(value, agent.start_ms, 0, kMsMax);
          if (name == "pause") return SetNumber(value, agent.pause_ms, 0, kMsMax);
          if (name == "auto-start" && value == "1") return agent.auto_start = true;
          if (name == "restarts") return SetNumber(value, agent.restarts_ms, 0, kMsMax);
          if (name == "sandbox") return SetSandbox(value, agent);
          if (name == "build") return agent.build = value, !value.empty() && FindBuild(value).has_value();
          if (name == "uid") return SetUser(value, agent.uid);
          if (name.starts_with("env.")) return agent.environment[name.substr(4)] = value, true;
          if (name != "in" || !value.starts_with('/')) return false;
          places_.push_back({number_, column_, value});
          return agent.directory = value, true;
        })) {
      return false;
    }
    plan_.agents.push_back(std::move(agent));
    into_ = &plan_.agents.back().commands;
    return true;
  }

  bool ParseFault(std::string_view line) {
    const size_t skip = std::string_view("fault").size();
    std::variant<fault::Rule, TextError> rule = fault::ParseRule(line.substr(skip));
    if (auto* error = std::get_if<TextError>(&rule)) {
      return Fail(error->column + static_cast<int>(skip), error->message);
    }
    const fault::Rule& parsed = std::get<fault::Rule>(rule);
    if (!IsOpName(parsed.op)) {
      return Fail(static_cast<int>(line.find("op=")) + 1, "unknown call 'op=" + parsed.op + "'");
    }
    plan_.rules.push_back(parsed);
    return true;
  }

  bool ParseCommand(const std::vector<Word>& words) {
    if (into_ == nullptr) return Fail(words[0].column, "a command stands below setup, agent or check");
    PlanCommand command;
    command.directory = directory_;
    for (size_t i = 0; i < words.size(); ++i) {
      if (words[i].text == "=>" && !words[i].quoted) {
        if (!ParseExpectation(words, i + 1, command)) return false;
        break;
      }
      command.words.push_back(words[i].text);
    }
    if (command.words.empty()) return Fail(words[0].column, "a command is missing");
    if (command.words[0].starts_with('!')) {
      const WrongWord wrong = FindWrongWord(command.words);
      if (!wrong.why.empty()) return Fail(words[wrong.at].column, wrong.why);
    }
    into_->push_back(std::move(command));
    return true;
  }

  bool ParseExpectation(const std::vector<Word>& words, size_t at, PlanCommand& command) {
    for (; at < words.size(); ++at) {
      const std::string& kind = words[at].text;
      if (kind == "ok" || kind == "fails") {
        (kind == "ok" ? command.expect_ok : command.expect_failure) = true;
        continue;
      }
      const bool takes_one = kind == "exit" || kind == "says" || kind == "lacks" || kind == "within";
      if (!takes_one || at + 1 == words.size()) {
        return Fail(words[at].column, "expected: ok, fails, exit NUMBER, says TEXT, lacks TEXT or within MS");
      }
      if (!SetExpected(kind, words[++at].text, command)) {
        return Fail(words[at].column, kind + ": " + why_);
      }
    }
    return true;
  }

  bool SetExpected(const std::string& kind, const std::string& text, PlanCommand& command) {
    if (kind == "says") return command.expect_texts.push_back(text), true;
    if (kind == "lacks") return command.expect_absent.push_back(text), true;
    if (kind == "within") return SetNumber(text, command.expect_within_ms, 1, kMsMax);
    int64_t status = 0;
    const bool is_one = SetNumber(text, status, 0, kStatusMax);
    if (is_one) command.expect_exit = static_cast<int>(status);
    return is_one;
  }

  // Commands begin in directories that are there, or that something in the plan may make: whose last name
  // stands at the end of a word (!mkdir, !git clone, !symlink ...).
  bool ArePlacesMade() {
    for (const Place& place : places_) {
      const std::string path = Folded(place.path);
      const std::string name = path.substr(path.rfind('/') + 1);
      const bool is_made = std::ranges::count(kThere, path) != 0 || name == ".beads" ||
                           Mentions(plan_.setup, name) || Mentions(plan_.check, name) ||
                           std::any_of(plan_.agents.begin(), plan_.agents.end(), [&](const PlanAgent& agent) {
                             return Mentions(agent.commands, name);
                           });
      if (is_made) continue;
      error_ = {place.line, place.column, "nothing makes the directory " + place.path + " (a !mkdir does)"};
      return false;
    }
    return true;
  }

  std::string_view text_;
  int number_ = 0;
  bool begun_ = false;
  Plan plan_;
  std::vector<PlanCommand>* into_ = nullptr;
  std::string directory_;
  // Where commands begin, and where that is said.
  struct Place {
    int line, column;
    std::string path;
  };
  std::vector<Place> places_;
  std::string why_;  // the last number is none
  int column_ = 1;   // of the word that is read
  TextError error_;
};

std::vector<PlanCommand> SetupOf(const std::string& text) {
  return std::get<Plan>(ParsePlan("plan 1\n" + text)).setup;
}

}  // namespace

std::vector<PlanCommand> UsualSetup() {
  std::vector<PlanCommand> setup(3);
  setup[0].words = {"init", "-p", "t", "-q"};
  setup[1].words = {"create", "first", "--json"};
  setup[2].words = {"create", "second", "--json"};
  return setup;
}

std::vector<PlanCommand> SeparateSetup() {
  return SetupOf(
      "setup\n  init -p t -q\n  create first --json\n  create second --json\n"
      "  !mkdir /w2\n  !git -C /w2 init\n"
      "setup in=/w2\n  init -p u -q\n  create first --json\n");
}

std::vector<PlanCommand> ClonesSetup() {
  return SetupOf(
      "setup\n  init -p t -q\n  create first --json\n  create second --json\n"
      "  !mkdir /origin\n  !git -C /origin init --bare\n"
      "  !git config remote.origin.url /origin\n  !git config branch.main.remote origin\n"
      "  !git config branch.main.merge refs/heads/main\n"
      "  sync --full --no-pull --no-push\n  !git push\n  !git clone /origin /w2\n"
      "setup in=/w2\n  init -p t -q\n");
}

std::span<const DiskProfile> DiskProfiles() {
  static constexpr DiskProfile kProfiles[] = {
      {"linux", "disk ext4", "ext4 as Debian mounts it"},
      {"strict", "disk posix torn",
       "only what POSIX promises: names need a sync of their directory, sectors tear"},
      {"old", "disk ext4 no-exchange tick=1000", "no exchange of names, times in whole seconds"},
      {"fat", "disk posix torn no-exchange no-links tick=2000",
       "a memory stick: no links, times in two seconds"},
      {"network", "disk ext4 no-exchange no-copy-range no-directory-sync",
       "what a shared folder often lacks"},
      {"lying", "disk lying", "fsync answers and does nothing: only integrity can be asked for"},
      {"nolocks", "disk ext4 lying-locks",
       "every lock is granted: only what a single process does can be asked for"},
  };
  return kProfiles;
}

std::variant<Plan, TextError> ParsePlan(std::string_view text) { return PlanParser(text).Parse(); }

}  // namespace sim
