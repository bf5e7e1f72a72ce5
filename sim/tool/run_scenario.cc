#include "sim/tool/run_scenario.h"

#include <cstdio>
#include <variant>

#include "faultinject/tool/read_text.h"
#include "sim/tool/sandboxes.h"

namespace sim {

Plan ParseOrEnd(const std::string& name, const std::string& text) {
  std::variant<Plan, fault::TextError> parsed = ParsePlan(text);
  if (auto* error = std::get_if<fault::TextError>(&parsed)) fault::RefuseText(name, *error);
  return std::move(std::get<Plan>(parsed));
}

int Report(const std::string& name, const RunResult& result) {
  if (result.violations.empty()) {
    printf("ok      %s\n", name.c_str());
    return 0;
  }
  for (const Violation& violation : result.violations) {
    printf("broken  %s: %s at call %llu: %s\n", name.c_str(), violation.oracle.c_str(),
           static_cast<unsigned long long>(violation.step), violation.message.c_str());
  }
  return 1;
}

namespace {

constexpr int64_t kNumbersMax = 1'000;
constexpr std::string_view kEach = "=EACH";

bool HasNumbers(std::string_view text) { return text.find(kEach) != std::string_view::npos; }

std::string WithNumber(std::string text, int64_t number) {
  for (size_t at = 0; (at = text.find(kEach, at)) != std::string::npos;)
    text.replace(at + 1, kEach.size() - 1, std::to_string(number));
  return text;
}

// All the runs of a scenario as one.
RunResult RunScenario(Runner& runner, Plan plan) {
  RunResult sum;
  sum.struck.assign(plan.rules.size(), 0);
  for (int64_t i = 0; i < plan.repeat; ++i, ++plan.seed) {
    RunResult result = runner.RunOne(plan);
    for (Violation& violation : result.violations) {
      if (plan.repeat > 1) violation.message += " (seed " + std::to_string(plan.seed) + ")";
      sum.violations.push_back(std::move(violation));
    }
    for (size_t rule = 0; rule < result.struck.size(); ++rule) sum.struck[rule] += result.struck[rule];
  }
  return sum;
}

// A fault that strikes in none of them says that the plan is hollow.
void AddHollow(const Plan& plan, RunResult& sum) {
  if (!sum.violations.empty()) return;
  for (size_t rule = 0; rule < sum.struck.size(); ++rule) {
    if (sum.struck[rule] != 0 || plan.rules[rule].action == fault::Action::kNever) continue;
    sum.violations.push_back({"HOLLOW", "never struck: " + fault::Print(plan.rules[rule]), 0});
  }
}

// One that is for each sandbox: in this one, or in each, and then its faults must strike in one of them.
int RunInEach(Runner& runner, const std::string& name, const std::string& text, const std::string& profile) {
  int status = 0;
  Plan plan;
  RunResult sum;
  for (const std::string& each : SandboxNames()) {
    if (!profile.empty() && profile != each) continue;
    const std::string full = name + " in " + each;
    plan = ParseOrEnd(full, InSandbox(text, each));
    const RunResult result = RunScenario(runner, plan);
    status |= Report(full, result);
    sum.struck.resize(result.struck.size(), 0);
    for (size_t rule = 0; rule < result.struck.size(); ++rule) sum.struck[rule] += result.struck[rule];
  }
  if (profile.empty()) AddHollow(plan, sum);
  return sum.violations.empty() ? status : Report(name, sum);
}

// With one number after the other where the text has EACH.
int RunWithNumbers(Runner& runner, const std::string& name, const std::string& text) {
  const Plan first = ParseOrEnd(name, WithNumber(text, 1));
  const int64_t most = first.each != 0 ? first.each : kNumbersMax;
  const size_t rules = first.rules.size();
  RunResult sum;
  sum.struck.resize(rules, 0);
  int64_t number = 1;
  for (; number <= most; ++number) {
    const Plan plan = ParseOrEnd(name, WithNumber(text, number));
    RunResult result = RunScenario(runner, plan);
    bool struck = false;
    for (size_t rule = 0; rule < rules; ++rule) {
      sum.struck[rule] += result.struck[rule];
      struck |= result.struck[rule] != 0 && plan.rules[rule] != first.rules[rule];
    }
    for (Violation& violation : result.violations) {
      violation.message += " (with " + std::to_string(number) + " for EACH)";
      sum.violations.push_back(std::move(violation));
    }
    if (first.each == 0 && number > 1 && !struck) break;
  }
  AddHollow(first, sum);
  return Report(name + " (" + std::to_string(number - 1) + " places)", sum);
}

}  // namespace

RunResult RunWhole(Runner& runner, const Plan& plan) {
  RunResult sum = RunScenario(runner, plan);
  AddHollow(plan, sum);
  return sum;
}

Plan FirstThatBreaks(Runner& runner, Plan plan) {
  const int64_t runs = plan.repeat;
  plan.repeat = 1;
  const Plan first = plan;
  for (int64_t i = 0; i < runs; ++i, ++plan.seed) {
    if (runs == 1 || !runner.RunOne(plan).violations.empty()) return plan;
  }
  return first;
}

std::string OneOfEach(std::string text, const std::string& profile, int64_t number) {
  return WithNumber(InSandbox(std::move(text), profile), number);
}

int RunNamed(Runner& runner, const std::string& name, const std::string& text, const std::string& profile) {
  if (IsForEachSandbox(text)) return RunInEach(runner, name, text, profile);
  if (HasNumbers(text) && profile.empty()) return RunWithNumbers(runner, name, text);
  Plan plan = ParseOrEnd(name, WithNumber(text, 1));
  if (profile.empty()) return Report(name, RunWhole(runner, plan));
  PutInside(plan, profile);
  return Report(name, RunScenario(runner, std::move(plan)));
}

}  // namespace sim
