#include "faultinject/rule.h"

#include <cerrno>

#include "faultinject/number.h"

namespace fault {

namespace {

struct ErrnoRow {
  std::string_view name;
  int number;
};

constexpr ErrnoRow kErrnos[] = {
    {"EPERM", EPERM},
    {"ENOENT", ENOENT},
    {"EINTR", EINTR},
    {"EIO", EIO},
    {"EBADF", EBADF},
    {"EAGAIN", EAGAIN},
    {"ENOMEM", ENOMEM},
    {"EACCES", EACCES},
    {"EBUSY", EBUSY},
    {"EEXIST", EEXIST},
    {"EXDEV", EXDEV},
    {"EINVAL", EINVAL},
    {"ENFILE", ENFILE},
    {"EMFILE", EMFILE},
    {"EFBIG", EFBIG},
    {"ENOSPC", ENOSPC},
    {"EROFS", EROFS},
    {"EPIPE", EPIPE},
    {"EDEADLK", EDEADLK},
    {"ENOLCK", ENOLCK},
    {"ENOSYS", ENOSYS},
    {"ENOTSUP", ENOTSUP},
    {"EDQUOT", EDQUOT},
    {"ESTALE", ESTALE},
    {"ESRCH", ESRCH},
    {"ECONNREFUSED", ECONNREFUSED},
    {"EAFNOSUPPORT", EAFNOSUPPORT},
};

// Actions with an amount.
struct AmountRow {
  std::string_view name;
  Action action;
  int64_t lowest, highest;
};

constexpr AmountRow kAmounts[] = {
    {"short", Action::kShort, 0, kCountMax},
    {"stop", Action::kStop, 0, kMsMax},
    {"delay", Action::kDelay, 0, kMsMax},
    {"suspend", Action::kSuspend, 0, kMsMax / 1000},
    {"clock", Action::kClock, -kClockStepMax, kClockStepMax},
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::variant<Rule, TextError> Parse() {
    std::string_view word = NextWord();
    if (word.empty()) return Wrong("an action is missing, for example: kill, power, ENOSPC");
    if (!SetAction(word)) return error_;
    while (!(word = NextWord()).empty()) {
      if (!SetCondition(word)) return error_;
    }
    return rule_;
  }

 private:
  std::string_view NextWord() {
    at_ = std::min(text_.find_first_not_of(' ', at_), text_.size());
    start_ = at_;
    at_ = std::min(text_.find(' ', at_), text_.size());
    return text_.substr(start_, at_ - start_);
  }
  TextError Wrong(std::string message) { return {1, static_cast<int>(start_) + 1, std::move(message)}; }
  bool Fail(std::string message) {
    error_ = Wrong(std::move(message));
    return false;
  }

  bool SetAction(std::string_view word) {
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    if (equals == std::string_view::npos) {
      if (name == "kill") return rule_.action = Action::kKill, true;
      if (name == "interrupt") return rule_.action = Action::kInterrupt, true;
      if (name == "power") return rule_.action = Action::kPower, true;
      if (name == "never") return rule_.action = Action::kNever, true;
      rule_.action = Action::kErrno;
      rule_.error = ErrnoOfName(name);
      return rule_.error != 0 || Fail("unknown action or error '" + std::string(name) + "'");
    }
    for (const AmountRow& row : kAmounts) {
      if (row.name != name) continue;
      rule_.action = row.action;
      return SetNumber(word, equals, rule_.amount, row.lowest, row.highest);
    }
    return Fail("unknown action '" + std::string(name) + "'");
  }

  bool SetNumber(std::string_view word, size_t equals, int64_t& into, int64_t lowest, int64_t highest) {
    std::string_view text = word.substr(equals + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    const std::string wrong = ReadNumber(text, lowest, highest, into);
    return wrong.empty() || Fail(std::string(word.substr(0, equals)) + ": " + wrong);
  }

  bool SetCondition(std::string_view word) {
    const size_t equals = word.find('=');
    if (equals == std::string_view::npos)
      return Fail("expected NAME=VALUE, found '" + std::string(word) + "'");
    const std::string_view name = word.substr(0, equals), value = word.substr(equals + 1);
    if (name == "op") return rule_.op = value, true;
    if (name == "path") return rule_.path = value, true;
    if (name == "agent") return rule_.agent = value, true;
    if (name == "command") return SetNumber(word, equals, rule_.command, 0, kCountMax);
    if (name == "nth") return SetNumber(word, equals, rule_.nth, 1, kCountMax);
    if (name == "times" && value == "*") return rule_.times = 0, true;
    if (name == "times") return SetNumber(word, equals, rule_.times, 1, kCountMax);
    if (name == "when" && (value == "before" || value == "after"))
      return rule_.after = value == "after", true;
    return Fail("unknown condition '" + std::string(word) + "'");
  }

  std::string_view text_;
  size_t at_ = 0, start_ = 0;
  Rule rule_;
  TextError error_;
};

}  // namespace

std::variant<Rule, TextError> ParseRule(std::string_view text) { return Parser(text).Parse(); }

std::string Print(const Rule& rule) {
  std::string text = "fault ";
  const std::string amount = std::to_string(rule.amount);
  switch (rule.action) {
    case Action::kErrno: text += ErrnoName(rule.error); break;
    case Action::kShort: text += "short=" + amount; break;
    case Action::kKill: text += "kill"; break;
    case Action::kStop: text += "stop=" + amount; break;
    case Action::kClock: text += "clock=" + amount; break;
    case Action::kSuspend: text += "suspend=" + amount; break;
    case Action::kPower: text += "power"; break;
    case Action::kDelay: text += "delay=" + amount; break;
    case Action::kNever: text += "never"; break;
    case Action::kInterrupt: text += "interrupt"; break;
  }
  if (!rule.op.empty()) text += " op=" + rule.op;
  if (!rule.path.empty()) text += " path=" + rule.path;
  if (!rule.agent.empty()) text += " agent=" + rule.agent;
  if (rule.command != 0) text += " command=" + std::to_string(rule.command);
  if (rule.nth != 1) text += " nth=" + std::to_string(rule.nth);
  if (rule.times == 0) text += " times=*";
  if (rule.times > 1) text += " times=" + std::to_string(rule.times);
  if (rule.after) text += " when=after";
  return text;
}

bool GlobMatches(std::string_view glob, std::string_view text) {
  size_t g = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t]) && glob[g] != '*') {
      ++g, ++t;
    } else if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

std::string_view ErrnoName(int number) {
  for (const ErrnoRow& row : kErrnos) {
    if (row.number == number) return row.name;
  }
  return "";
}

int ErrnoOfName(std::string_view name) {
  for (const ErrnoRow& row : kErrnos) {
    if (row.name == name) return row.number;
  }
  return 0;
}

}  // namespace fault
