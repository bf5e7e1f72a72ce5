#include "sim/tool/swarm.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "engine/base/json.h"
#include "sim/tool/forked.h"
#include "sim/tool/seconds.h"

namespace sim {

namespace {

// While it lives, an interrupt waits to be asked for.
class Interrupts {
 public:
  Interrupts() {
    sigemptyset(&ours_);
    sigaddset(&ours_, SIGINT);
    sigprocmask(SIG_BLOCK, &ours_, &before_);
  }
  ~Interrupts() {
    timespec none{};
    while (sigtimedwait(&ours_, nullptr, &none) > 0) {
    }
    sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  bool Came() const {
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGINT) == 1;
  }

 private:
  sigset_t ours_{}, before_{};
};

// Without them a seed means another plan.
std::string FlagsOf(const SwarmOptions& options) {
  const SwarmOptions usual;
  std::string flags;
  if (options.agents_max != usual.agents_max) flags += " --agents " + std::to_string(options.agents_max);
  if (options.commands != usual.commands) flags += " --commands " + std::to_string(options.commands);
  if (!options.faults) flags += " --no-faults";
  if (!options.external_edits) flags += " --no-edits";
  return flags;
}

class Swarm {
 public:
  Swarm(const SwarmPlan& plan, bool show_progress)
      : plan_(plan),
        progress_(show_progress && isatty(2) == 1),
        began_(Seconds()),
        processor_began_(ProcessorSeconds()) {}

  SwarmReport Run() {
    for (int64_t i = 0; i < plan_.seeds && !MustStop(); ++i) {
      StartSeed(plan_.first + static_cast<uint64_t>(i));
      runner_.WaitUntilBelow(static_cast<size_t>(plan_.jobs));
      if (progress_) Progress();
    }
    runner_.WaitUntilBelow(1);
    if (progress_) fprintf(stderr, "\r\033[K");
    report_.seconds = Seconds() - began_;
    report_.processor_seconds = ProcessorSeconds() - processor_began_;
    report_.interrupted = interrupts_.Came();
    report_.shape = FlagsOf(plan_.options);
    std::sort(report_.failures.begin(), report_.failures.end(),
              [](const SwarmFailure& a, const SwarmFailure& b) { return a.seed < b.seed; });
    return std::move(report_);
  }

 private:
  bool MustStop() const {
    if (interrupts_.Came()) return true;
    if (static_cast<int64_t>(report_.failures.size()) >= plan_.failures_max) return true;
    return plan_.seconds != 0 && Seconds() - began_ >= static_cast<double>(plan_.seconds);
  }

  void StartSeed(uint64_t seed) {
    const Plan plan = MakePlan(seed, plan_.options);
    runner_.Start(plan, {}, [this, seed](RunResult result) { Finish(seed, std::move(result)); });
    if (!plan_.twice) return;
    runner_.WaitUntilBelow(static_cast<size_t>(plan_.jobs));
    runner_.Start(plan, kOtherPaint, [this, seed](RunResult result) { Compare(seed, result.hash); });
  }

  void Finish(uint64_t seed, RunResult result) {
    ++report_.seeds;
    report_.commands += result.commands;
    report_.acknowledged += result.acknowledged;
    report_.refused += result.refused;
    report_.killed += result.killed;
    report_.calls += result.calls;
    report_.traces += result.hash * (2 * seed + 1);
    report_.power_losses += result.power_losses;
    report_.simulated_ns += result.simulated_ns;
    report_.stack_bytes = std::max(report_.stack_bytes, result.stack_bytes);
    for (int64_t count : result.struck) report_.struck += static_cast<uint64_t>(count);
    if (plan_.twice) Compare(seed, result.hash);
    if (!result.violations.empty()) report_.failures.push_back({seed, std::move(result.violations)});
  }

  void Compare(uint64_t seed, uint64_t hash) {
    const auto [at, is_first] = hashes_.try_emplace(seed, hash);
    if (is_first) return;
    if (at->second != hash) {
      report_.failures.push_back(
          {seed, {{"REPLAY", "two runs of this seed differ: something depends on memory", 0}}});
    }
    hashes_.erase(at);
  }

  void Progress() {
    const double seconds = Seconds() - began_;
    if (seconds - shown_ < 0.25) return;
    shown_ = seconds;
    const double rate = static_cast<double>(report_.seeds) / seconds;
    double left = rate > 0 ? static_cast<double>(plan_.seeds - report_.seeds) / rate : 0;
    if (plan_.seconds != 0) left = std::min(left, static_cast<double>(plan_.seconds) - seconds);
    fprintf(stderr, "\r\033[K%lld seeds, %.0f per second, %zu failing, %.0f s left",
            static_cast<long long>(report_.seeds), rate, report_.failures.size(), std::max(0.0, left));
  }

  Interrupts interrupts_;
  const SwarmPlan& plan_;
  bool progress_;
  double began_, processor_began_, shown_ = 0;
  SwarmReport report_;
  std::map<uint64_t, uint64_t> hashes_;  // of seeds that have run once
  Runner runner_;
};

}  // namespace

SwarmReport RunSwarm(const SwarmPlan& plan, bool show_progress) { return Swarm(plan, show_progress).Run(); }

std::string Summary(const SwarmReport& report) {
  char text[1024];
  const double seconds = std::max(report.seconds, 1e-9);
  const double processor = std::max(report.processor_seconds, 1e-9);
  snprintf(
      text, sizeof text,
      "%lld seeds in %.1f s (%.0f per second, %.0f commands per second, simulated time %.0f times real "
      "time)\n"
      "per second of processor time: %.1f seeds, %.0f commands, %.0f s of simulated time\n"
      "%lld commands: %lld acknowledged, %lld refused, %lld killed; %llu calls, %llu faults, %llu losses of "
      "power; traces %016llx\n",
      static_cast<long long>(report.seeds), report.seconds, static_cast<double>(report.seeds) / seconds,
      static_cast<double>(report.commands) / seconds,
      static_cast<double>(report.simulated_ns) / 1e9 / seconds, static_cast<double>(report.seeds) / processor,
      static_cast<double>(report.commands) / processor,
      static_cast<double>(report.simulated_ns) / 1e9 / processor, static_cast<long long>(report.commands),
      static_cast<long long>(report.acknowledged), static_cast<long long>(report.refused),
      static_cast<long long>(report.killed), static_cast<unsigned long long>(report.calls),
      static_cast<unsigned long long>(report.struck), static_cast<unsigned long long>(report.power_losses),
      static_cast<unsigned long long>(report.traces));
  std::string summary = text;
  if (!report.shape.empty()) summary += "the plans were drawn with" + report.shape + '\n';
  if (report.interrupted) summary += "interrupted\n";
  if (report.failures.empty()) return summary + "no invariant was broken\n";
  for (const SwarmFailure& failure : report.failures) {
    summary += "seed " + std::to_string(failure.seed) + ": " + failure.violations[0].oracle + ": " +
               failure.violations[0].message + '\n';
  }
  return summary + "look closer: bd-sim explain --seed N" + report.shape + ", bd-sim shrink --seed N" +
         report.shape + '\n';
}

std::string SummaryJson(const SwarmReport& report) {
  std::string text;
  bd::JsonWriter out(text, bd::JsonWriter::Form::kIndented);
  auto number = [&out](std::string_view key, int64_t value) {
    out.Key(key);
    out.Int(value);
  };
  auto word = [&out](std::string_view key, std::string_view value) {
    out.Key(key);
    out.String(value);
  };
  out.BeginObject();
  number("seeds", report.seeds);
  number("commands", report.commands);
  number("acknowledged", report.acknowledged);
  number("refused", report.refused);
  number("killed", report.killed);
  number("calls", static_cast<int64_t>(report.calls));
  number("faults", static_cast<int64_t>(report.struck));
  number("power_losses", static_cast<int64_t>(report.power_losses));
  number("simulated_ms", report.simulated_ns / 1'000'000);
  number("ms", static_cast<int64_t>(report.seconds * 1e3));
  number("processor_ms", static_cast<int64_t>(report.processor_seconds * 1e3));
  char traces[17];
  snprintf(traces, sizeof traces, "%016llx", static_cast<unsigned long long>(report.traces));
  word("traces", traces);
  out.Key("interrupted");
  out.Bool(report.interrupted);
  out.Key("failures");
  out.BeginArray();
  for (const SwarmFailure& failure : report.failures) {
    out.BeginObject();
    word("seed", std::to_string(failure.seed));
    word("oracle", failure.violations[0].oracle);
    word("message", failure.violations[0].message);
    number("step", static_cast<int64_t>(failure.violations[0].step));
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  return text + '\n';
}

}  // namespace sim
