#include "sim/tool/systematic.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "sim/tool/forked.h"
#include "sim/tool/seconds.h"

namespace sim {

namespace {

using Words = std::vector<std::string>;

// The commands that change something, and the one that looks at everything, each on the two issues of the
// usual setup and an epic, @3, whose child is closed; @1 is labelled, @2 depends on @1, @2 and @3 are
// related.
const std::vector<Words>& Commands() {
  static const std::vector<Words> commands = {
      {"create", "new", "--json", "-p", "1", "-l", "fast"},
      {"q", "quick"},
      {"update", "@1", "--title", "other", "--notes", "more"},
      {"update", "@2", "--claim"},
      {"close", "@1", "--force"},
      {"reopen", "@1"},
      {"delete", "@1", "--force"},
      {"dep", "remove", "@2", "@1"},
      {"dep", "add", "@1", "@2", "--type", "related"},
      {"label", "add", "@1", "slow"},
      {"label", "remove", "@1", "red"},
      {"comments", "add", "@1", "remark"},
      {"defer", "@1"},
      {"undefer", "@1"},
      {"kv", "set", "key", "value"},
      {"config", "set", "some.key", "value"},
      {"duplicate", "@2", "--of", "@1"},
      {"supersede", "@2", "--with", "@1"},
      {"sync", "--flush-only"},
      {"sync", "--import-only"},
      {"sync", "--force"},
      {"sync", "mode", "set", "realtime"},
      {"create", "child", "--parent", "@3"},
      {"epic", "close-eligible", "--json"},
      {"relate", "@1", "@2"},
      {"unrelate", "@2", "@3"},
      {"comment", "@1", "short remark"},
      {"kv", "clear", "old"},
      {"config", "unset", "old.key"},
      {"delete", "@2", "--hard", "--force"},
      {"batch", "-f", "/tmp/batch"},
      {"batch", "-f", "/tmp/batch", "--atomic"},
      {"import", "-i", "/tmp/lines"},
      {"export", "-o", "/w/exported.jsonl"},
      {"doctor", "--verbose"},
  };
  return commands;
}

std::vector<PlanCommand> Setup() {
  std::vector<PlanCommand> setup = UsualSetup();
  const std::vector<Words> more = {
      {"label", "add", "@1", "red"},
      {"dep", "add", "@2", "@1"},
      {"create", "epic", "--type", "epic", "--json"},
      {"create", "done", "--parent", "@3", "--json"},
      {"close", "@4"},
      {"relate", "@2", "@3"},
      {"kv", "set", "old", "value"},
      {"config", "set", "old.key", "value"},
      {"!write", "/tmp/batch", "[\"create\",\"of a batch\"]\n[\"close\",\"@1\",\"--force\"]\n"},
      {"!write", "/tmp/lines",
       R"({"id":"t-imp","title":"imported","status":"open","priority":2,"issue_type":"task"})"
       "\n"},
  };
  for (const Words& words : more) setup.emplace_back().words = words;
  return setup;
}

Plan PlanFor(const Words& words) {
  Plan plan;
  plan.seed = 1;
  plan.setup = Setup();
  plan.disk.journal = Journal::kPosix;
  plan.disk.torn_sectors = true;
  PlanAgent agent;
  agent.name = "a1";
  agent.pause_ms = 0;
  agent.commands.emplace_back().words = words;
  agent.commands.emplace_back().words = {"create", "next", "--json"};
  agent.commands.emplace_back().words = {"list", "--json"};
  plan.agents.push_back(std::move(agent));
  return plan;
}

// What strikes at a call: one rule, or two.
using Faults = std::vector<fault::Rule>;
struct Mode {
  const char* name;
  Faults (*make)(int64_t nth);
};

fault::Rule At(fault::Action action, int64_t nth, bool after) {
  fault::Rule rule;
  rule.action = action;
  rule.agent = "a1";
  rule.command = 1;
  rule.nth = nth;
  rule.after = after;
  // Only between changes does it matter when the one process of this lane ends.
  if (action != fault::Action::kErrno) rule.op = "change";
  return rule;
}

fault::Rule Failing(int64_t nth, bool for_ever) {
  fault::Rule rule = At(fault::Action::kErrno, nth, false);
  rule.error = EIO;
  rule.path = "/w/*";
  rule.times = for_ever ? 0 : 1;
  return rule;
}

// When the next command has been acknowledged: at the first call of the one behind it.
fault::Rule PowerAfterNextAcknowledgement() {
  fault::Rule rule;
  rule.action = fault::Action::kPower;
  rule.agent = "a1";
  rule.command = 3;
  return rule;
}

constexpr Mode kModes[] = {
    {"fails once", [](int64_t n) { return Faults{Failing(n, false)}; }},
    {"fails for ever", [](int64_t n) { return Faults{Failing(n, true)}; }},
    {"killed before", [](int64_t n) { return Faults{At(fault::Action::kKill, n, false)}; }},
    {"killed after", [](int64_t n) { return Faults{At(fault::Action::kKill, n, true)}; }},
    {"power lost after", [](int64_t n) { return Faults{At(fault::Action::kPower, n, true)}; }},
    {"killed, then power lost",
     [](int64_t n) {
       return Faults{At(fault::Action::kKill, n, false), PowerAfterNextAcknowledgement()};
     }},
};

class Lane {
 public:
  Lane(int jobs, bool show_progress) : jobs_(jobs), progress_(show_progress && isatty(2) == 1) {}

  SystematicReport Run(const std::string& only) {
    const double began = Seconds();
    for (const Words& words : Commands()) {
      if (!only.empty() && words[0] != only) continue;
      ++report_.commands;
      for (const Mode& mode : kModes) RunMode(words, mode);
    }
    runner_.WaitUntilBelow(1);
    if (progress_) fprintf(stderr, "\r\033[K");
    report_.seconds = Seconds() - began;
    return std::move(report_);
  }

 private:
  // n = 1, 2, ... until the command has no n-th call.
  void RunMode(const Words& words, const Mode& mode) {
    bool struck = true;
    for (int64_t n = 1; struck; ++n) {
      Plan plan = PlanFor(words);
      plan.seed = static_cast<uint64_t>(n);
      plan.rules = mode.make(n);
      runner_.Start(plan, {}, [this, plan, &struck](RunResult result) {
        ++report_.runs;
        if (result.struck.empty() || result.struck[0] == 0) struck = false;
        if (!result.violations.empty()) report_.findings.push_back({Print(plan), result.violations[0]});
      });
      runner_.WaitUntilBelow(static_cast<size_t>(jobs_));
      if (progress_)
        fprintf(stderr, "\r\033[K%s, %s: call %lld", words[0].c_str(), mode.name, static_cast<long long>(n));
    }
    runner_.WaitUntilBelow(1);
  }

  int jobs_;
  bool progress_;
  SystematicReport report_;
  Runner runner_{Setup()};
};

}  // namespace

SystematicReport RunSystematic(int jobs, const std::string& only, bool show_progress) {
  return Lane(jobs, show_progress).Run(only);
}

}  // namespace sim
