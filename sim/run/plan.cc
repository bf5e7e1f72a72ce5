#include "sim/run/plan.h"

#include <charconv>
#include <optional>

#include "sim/programs/programs.h"
#include "sim/world/call.h"
#include "sim/world/sandbox.h"
#include "sim/world/statics.h"

namespace sim {

namespace {

using fault::TextError;

// The words of a line with their columns; quotes as in a shell.
struct Word {
  std::string text;
  int column = 1;
  bool quoted = false;
};

char Unescaped(char c) { return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == '0' ? '\0' : c; }

class LineParser {
 public:
  LineParser(std::string_view line, int number) : line_(line), number_(number) {}

  bool Split(std::vector<Word>& words, TextError& error) {
    while (true) {
      while (at_ < line_.size() && line_[at_] == ' ') ++at_;
      if (at_ == line_.size()) return true;
      Word word;
      word.column = static_cast<int>(at_) + 1;
      while (at_ < line_.size() && line_[at_] != ' ') {
        const char c = line_[at_];
        if (c != '"' && c != '\'') {
          word.text += c;
          ++at_;
        } else if (!Quoted(c, word.text)) {
          error = {number_, word.column, "this quote does not end"};
          return false;
        } else {
          word.quoted = true;
        }
      }
      words.push_back(std::move(word));
    }
  }

 private:
  bool Quoted(char quote, std::string& into) {
    for (++at_; at_ < line_.size(); ++at_) {
      char c = line_[at_];
      if (c == quote) return ++at_, true;
      if (c == '\\' && quote == '"' && at_ + 1 < line_.size()) c = Unescaped(line_[++at_]);
      into += c;
    }
    return false;
  }

  std::string_view line_;
  int number_;
  size_t at_ = 0;
};

std::optional<int64_t> ToNumber(std::string_view text, int base = 10) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

class PlanParser {
 public:
  explicit PlanParser(std::string_view text) : text_(text) {}

  std::variant<Plan, TextError> Parse() {
    while (!text_.empty()) {
      ++number_;
      const size_t end = std::min(text_.find('\n'), text_.size());
      const std::string_view line = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      if (!ParseLine(line)) return error_;
    }
    if (!begun_) return TextError{1, 1, "a plan begins with the line: plan 1"};
    if (plan_.setup.empty()) plan_.setup = UsualSetup();
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
    if (!LineParser(line, number_).Split(words, error_)) return false;
    if (!begun_) return ParseVersion(words);
    if (line[0] == ' ') return ParseCommand(words);
    into_ = nullptr;
    directory_.clear();
    const std::string& name = words[0].text;
    if (name == "seed") return ParseSeed(words);
    if (name == "repeat") return ParseRepeat(words);
    if (name == "each") return ParseEach(words);
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

  bool ParseRepeat(const std::vector<Word>& words) {
    if (words.size() == 2 && SetNumber(words[1].text, plan_.repeat, 1)) return true;
    return Fail(1, "expected: repeat NUMBER");
  }

  bool ParseEach(const std::vector<Word>& words) {
    if (words.size() == 2 && SetNumber(words[1].text, plan_.each, 1)) return true;
    return Fail(1, "expected: each NUMBER");
  }

  // NAME=NUMBER words; `set` says whether it knows the name.
  template <typename Set>
  bool ParseNumbers(const std::vector<Word>& words, size_t from, Set set, const std::string& hint = "") {
    for (size_t i = from; i < words.size(); ++i) {
      const std::string& text = words[i].text;
      const size_t equals = text.find('=');
      const std::string name = text.substr(0, equals);
      const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
      if (!set(name, value)) return Fail(words[i].column, "unknown or wrong: '" + text + "'" + hint);
    }
    return true;
  }

  static bool SetNumber(const std::string& value, int64_t& into, int64_t lowest) {
    const std::optional<int64_t> number = ToNumber(value);
    if (!number || *number < lowest) return false;
    into = *number;
    return true;
  }

  static bool SetSandbox(const std::string& value, PlanAgent& agent) {
    const size_t slash = value.find('/');
    agent.sandbox = value.substr(0, slash);
    if (slash != std::string::npos) agent.box = value.substr(slash + 1);
    return FindProfile(agent.sandbox) != nullptr;
  }

  static bool SetUser(const std::string& value, uint32_t& into) {
    int64_t number = 0;
    const bool is_one = SetNumber(value, number, 0) && number <= UINT32_MAX;
    if (is_one) into = static_cast<uint32_t>(number);
    return is_one;
  }

  bool ParseDisk(const std::vector<Word>& words) {
    if (words.size() == 2) {
      for (const DiskProfile& profile : DiskProfiles()) {
        if (profile.name != words[1].text) continue;
        std::vector<Word> meant;
        LineParser(profile.words, number_).Split(meant, error_);
        return ParseDisk(meant);
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
          if (name == "capacity") return SetNumber(value, disk.capacity, 0);
          if (name == "tick") {
            int64_t ms = 0;
            if (!SetNumber(value, ms, 0)) return false;
            disk.mtime_step_ns = std::max<int64_t>(1, ms * 1'000'000);
            return true;
          }
          if (name != "type") return false;
          const std::optional<int64_t> type = ToNumber(value, 16);
          if (type) disk.type = static_cast<uint64_t>(*type);
          return type.has_value();
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
    return SetNumber(words[2].text, scheduler.amount, 1) || Fail(words[2].column, "not a number above 0");
  }

  bool ParseLatency(const std::vector<Word>& words) {
    return ParseNumbers(words, 1, [&](const std::string& name, const std::string& value) {
      if (name == "call") return SetNumber(value, plan_.call_ns, 2);
      if (name == "sync") return SetNumber(value, plan_.sync_ns, 2);
      return false;
    });
  }

  bool ParseDirectory(const std::vector<Word>& words) {
    return ParseNumbers(words, 1, [&](const std::string& name, const std::string& value) {
      if (name != "in" || !value.starts_with('/')) return false;
      directory_ = value;
      return true;
    });
  }

  bool ParseAgent(const std::vector<Word>& words) {
    if (words.size() < 2) return Fail(1, "an agent has a name");
    PlanAgent agent;
    agent.name = words[1].text;
    if (!ParseNumbers(words, 2, [&](const std::string& name, const std::string& value) {
          if (name == "start") return SetNumber(value, agent.start_ms, 0);
          if (name == "pause") return SetNumber(value, agent.pause_ms, 0);
          if (name == "auto-start" && value == "1") return agent.auto_start = true;
          if (name == "restarts") return SetNumber(value, agent.restarts_ms, 0);
          if (name == "sandbox") return SetSandbox(value, agent);
          if (name == "build") return agent.build = value, !value.empty() && FindBuild(value).has_value();
          if (name == "uid") return SetUser(value, agent.uid);
          if (name.starts_with("env.")) return agent.environment[name.substr(4)] = value, true;
          if (name == "in" && value.starts_with('/')) return agent.directory = value, true;
          return false;
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
      const std::string wrong = WrongProgram(command.words);
      if (!wrong.empty()) return Fail(words[0].column, wrong);
    }
    into_->push_back(std::move(command));
    return true;
  }

  bool ParseExpectation(const std::vector<Word>& words, size_t at, PlanCommand& command) {
    while (at < words.size()) {
      const std::string& kind = words[at].text;
      const bool has_next = at + 1 < words.size();
      if (kind == "ok") {
        command.expect_ok = true;
      } else if (kind == "fails") {
        command.expect_failure = true;
      } else if (kind == "exit" && has_next && ToNumber(words[at + 1].text)) {
        command.expect_exit = static_cast<int>(*ToNumber(words[++at].text));
      } else if (kind == "says" && has_next) {
        command.expect_texts.push_back(words[++at].text);
      } else if (kind == "lacks" && has_next) {
        command.expect_absent.push_back(words[++at].text);
      } else if (kind == "within" && has_next && SetNumber(words[at + 1].text, command.expect_within_ms, 1)) {
        ++at;
      } else {
        return Fail(words[at].column, "expected: ok, fails, exit NUMBER, says TEXT, lacks TEXT or within MS");
      }
      ++at;
    }
    return true;
  }

  std::string_view text_;
  int number_ = 0;
  bool begun_ = false;
  Plan plan_;
  std::vector<PlanCommand>* into_ = nullptr;
  std::string directory_;
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
