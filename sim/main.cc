// bd-sim: the shipped program on a simulated machine. See docs/SIMULATOR.md.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "faultinject/tool/options.h"
#include "faultinject/tool/read_text.h"
#include "sim/run/workload.h"
#include "sim/tool/days.h"
#include "sim/tool/explain.h"
#include "sim/tool/forked.h"
#include "sim/tool/replay.h"
#include "sim/tool/run_scenario.h"
#include "sim/tool/sandboxes.h"
#include "sim/tool/scenarios.h"
#include "sim/tool/shrink.h"
#include "sim/tool/swarm.h"
#include "sim/tool/systematic.h"
#include "sim/world/statics.h"

namespace sim {

namespace {

using fault::AsksForHelp;
using fault::ParseFlags;
using fault::ParseOptions;
using fault::ReadTextOrEnd;
using fault::ToolOptions;
using fault::UsageError;

constexpr const char* kHelp = R"(bd-sim: the shipped program on a simulated machine

  bd-sim run SCENARIO... | --all | --seed N     run scenarios, or the plan of a seed
      [--profile NAME]                           ... with those who run bd in that sandbox
  bd-sim swarm [--seeds N] [--first N] [--jobs J] [--budget SECONDS] [--twice] [--json]
                [--failures N]                   many seeds; --twice: each also with other memory;
                                                 ends after N failing ones (20)
  bd-sim systematic [--jobs J] [--only COMMAND]  every call of every command fails, dies, loses power
  bd-sim days [--days N] [--first SEED] [--jobs J]
                                                 a manager starts the daemon again at once, for so long (1000)
  bd-sim replay [--twice] FILE...                run plans; "gone": it says that it breaks something, and does
                                                 not (any more): no failure; --twice: also with other memory
  bd-sim shrink FILE | SCENARIO | --seed N       the smallest plan that still fails, on standard output
  bd-sim explain FILE | SCENARIO | --seed N [--all-calls] [--other-memory]
                                                 a run in words
  bd-sim plan FILE | SCENARIO | --seed N         the plan, as text
      [--profile NAME] [--each N]                ... of these three: in that sandbox; with N for EACH (1)
  bd-sim list                                    scenarios
  bd-sim profiles                                disks, sandboxes, other builds
  bd-sim commands                                the commands of bd that the swarm's agents run
  bd-sim help

With swarm and --seed N: --agents N, --commands N, --no-faults, --no-edits shape the plans.
Exit status: 0 nothing was broken, 1 an invariant was, 2 wrong usage.
)";

constexpr int64_t kJobsMax = 1'000, kAgentsMax = 1'000, kCommandsMax = 10'000, kDaysMax = 1'000'000,
                  kEachMax = 10'000;
// Seconds of a budget: 115 days.
constexpr int64_t kBudgetMax = 10'000'000;

int64_t Cores() { return std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)); }

const Scenario* FindScenario(const std::string& name) {
  for (const Scenario& scenario : AllScenarios()) {
    if (scenario.name == name) return &scenario;
  }
  return nullptr;
}

// What plans of seeds are drawn from: part of what a seed means.
SwarmOptions ShapeOf(const ToolOptions& options) {
  SwarmOptions shape;
  shape.agents_max = static_cast<int>(options.Number("agents", shape.agents_max, 1, kAgentsMax));
  shape.commands = static_cast<int>(options.Number("commands", shape.commands, 1, kCommandsMax));
  shape.faults = !options.Has("no-faults");
  shape.external_edits = !options.Has("no-edits");
  return shape;
}

int JobsOf(const ToolOptions& options) {
  return static_cast<int>(options.Number("jobs", Cores(), 1, kJobsMax));
}

constexpr const char* kShapes[] = {"agents=", "commands=", "no-faults", "no-edits"};

std::vector<std::string> WithShape(std::vector<std::string> flags) {
  for (const char* flag : kShapes) flags.emplace_back(flag);
  return flags;
}

// What says which plan is meant, and which of its runs.
std::vector<std::string> WithPlan(std::vector<std::string> flags) {
  for (const char* flag : {"seed=", "profile=", "each="}) flags.emplace_back(flag);
  return WithShape(std::move(flags));
}

// A seed, or what is named: not both, and only what is drawn has a shape.
void CheckWhatIsRun(const ToolOptions& options) {
  if (options.Has("seed")) {
    if (!options.plain.empty()) UsageError("unexpected '" + options.plain[0] + "' beside --seed");
    return;
  }
  for (std::string flag : kShapes) {
    if (flag.ends_with('=')) flag.pop_back();
    if (options.Has(flag)) UsageError("--" + flag + " shapes the plan of a seed: --seed N");
  }
}

std::string ProfileOf(const ToolOptions& options) {
  if (!options.Has("profile")) return "";
  const std::string& name = options.flags.at("profile");
  const std::vector<std::string> names = SandboxNames();
  if (std::find(names.begin(), names.end(), name) == names.end())
    UsageError("unknown sandbox '" + name + "' (bd-sim profiles)");
  return name;
}

// FILE, SCENARIO or --seed N, as `run` runs it.
Plan PlanOf(const ToolOptions& options) {
  CheckWhatIsRun(options);
  const std::string profile = ProfileOf(options);
  if (options.Has("seed")) {
    if (options.Has("each")) UsageError("--each is for a plan with EACH");
    Plan plan = MakePlan(options.Seed("seed", 1), ShapeOf(options));
    if (!profile.empty()) PutInside(plan, profile);
    return plan;
  }
  if (options.plain.size() != 1) UsageError("expected one file, one scenario, or --seed N");
  const Scenario* scenario = FindScenario(options.plain[0]);
  const std::string text =
      scenario != nullptr ? std::string(scenario->text) : ReadTextOrEnd(options.plain[0]);
  const int64_t number = options.Number("each", 1, 1, kEachMax);
  Plan plan = ParseOrEnd(options.plain[0],
                         OneOfEach(text, profile.empty() ? SandboxNames().front() : profile, number));
  if (!profile.empty() && !IsForEachSandbox(text)) PutInside(plan, profile);
  return plan;
}

int RunCommand(const std::vector<std::string>& words) {
  const ToolOptions options = ParseOptions(words, WithShape({"seed=", "all", "profile="}));
  if (options.Has("seed")) {
    if (options.Has("all")) UsageError("expected --all or --seed, not both");
    Runner runner;
    return Report("seed " + options.flags.at("seed"), runner.RunOne(PlanOf(options)));
  }
  CheckWhatIsRun(options);
  const std::string profile = ProfileOf(options);
  std::vector<const Scenario*> scenarios;
  for (const std::string& name : options.plain) {
    scenarios.push_back(FindScenario(name));
    if (scenarios.back() == nullptr) UsageError("unknown scenario '" + name + "' (bd-sim list)");
  }
  if (options.Has("all")) {
    if (!scenarios.empty()) UsageError("unexpected '" + options.plain[0] + "' beside --all");
    for (const Scenario& scenario : AllScenarios()) scenarios.push_back(&scenario);
  }
  if (scenarios.empty()) UsageError("expected a scenario, --all or --seed N");
  Runner runner;
  int status = 0;
  for (const Scenario* scenario : scenarios)
    status |= RunNamed(runner, std::string(scenario->name), std::string(scenario->text), profile);
  return status;
}

int ReplayCommand(const std::vector<std::string>& words) {
  const ToolOptions options = ParseOptions(words, {"twice"});
  if (options.plain.empty()) UsageError("expected files with plans");
  return Replay(options.plain, options.Has("twice"));
}

int SwarmCommand(const std::vector<std::string>& words) {
  const ToolOptions options =
      ParseFlags(words, WithShape({"seeds=", "first=", "jobs=", "budget=", "twice", "json", "failures="}));
  SwarmPlan plan;
  plan.first = options.Seed("first", 1);
  plan.seconds = options.Number("budget", 0, 1, kBudgetMax);
  plan.seeds = options.Number("seeds", plan.seconds != 0 ? INT64_MAX : 1000, 1);
  plan.jobs = JobsOf(options);
  plan.twice = options.Has("twice");
  plan.failures_max = options.Number("failures", plan.failures_max, 1);
  plan.options = ShapeOf(options);
  const SwarmReport report = RunSwarm(plan, !options.Has("json"));
  fputs((options.Has("json") ? SummaryJson(report) : Summary(report)).c_str(), stdout);
  return report.failures.empty() ? 0 : 1;
}

int SystematicCommand(const std::vector<std::string>& words) {
  const ToolOptions options = ParseFlags(words, {"jobs=", "only="});
  const auto jobs = JobsOf(options);
  const SystematicReport report =
      RunSystematic(jobs, options.Has("only") ? options.flags.at("only") : "", true);
  if (report.commands == 0) UsageError("no such command in the lane");
  // One mistake shows at many calls; the first ones tell.
  const size_t shown = std::min<size_t>(report.findings.size(), 10);
  for (size_t i = 0; i < shown; ++i) {
    const SystematicFinding& finding = report.findings[i];
    printf("broken  %s: %s\n%s\n", finding.violation.oracle.c_str(), finding.violation.message.c_str(),
           finding.plan.c_str());
  }
  printf("%lld commands, %lld runs in %.1f s, %zu broken\n", static_cast<long long>(report.commands),
         static_cast<long long>(report.runs), report.seconds, report.findings.size());
  return report.findings.empty() ? 0 : 1;
}

int DaysCommand(const std::vector<std::string>& words) {
  const ToolOptions options = ParseFlags(words, {"days=", "first=", "jobs="});
  const DaysReport report =
      RunDays(options.Number("days", 1000, 1, kDaysMax), options.Seed("first", 1), JobsOf(options));
  const size_t shown = std::min<size_t>(report.broken.size(), 10);
  for (size_t i = 0; i < shown; ++i) printf("broken  %s\n", report.broken[i].c_str());
  printf("%lld simulated days, %lld commands in %.0f s, %zu broken\n", static_cast<long long>(report.days),
         static_cast<long long>(report.commands), report.seconds, report.broken.size());
  return report.broken.empty() ? 0 : 1;
}

int ShrinkCommand(const std::vector<std::string>& words) {
  Runner runner;
  const Plan plan = FirstThatBreaks(runner, PlanOf(ParseOptions(words, WithPlan({}))));
  const ShrinkReport report = Shrink(runner, plan, [](int tried, int commands, int faults) {
    if (isatty(2) == 1 && tried % 16 == 0)
      fprintf(stderr, "\r\033[K%d tried: %d commands, %d faults", tried, commands, faults);
  });
  if (isatty(2) == 1) fprintf(stderr, "\r\033[K");
  if (report.oracle.empty()) {
    // Also where it is seen if the plan goes into a file.
    constexpr const char* kGone = "nothing is broken: this plan does not (or no longer) reproduce";
    fprintf(stderr, "bd-sim: %s\n", kGone);
    printf("# %s\n%s", kGone, Print(plan).c_str());
    return 0;
  }
  printf("# breaks %s\n%s", report.oracle.c_str(), Print(report.plan).c_str());
  return 1;
}

int ExplainCommand(const std::vector<std::string>& words) {
  const ToolOptions options = ParseOptions(words, WithPlan({"all-calls", "other-memory"}));
  const Detail detail = options.Has("all-calls") ? Detail::kAllCalls : Detail::kEffects;
  const Paint paint = options.Has("other-memory") ? kOtherPaint : Paint();
  Plan plan = PlanOf(options);
  if (plan.repeat > 1) {
    Runner runner;
    plan = FirstThatBreaks(runner, std::move(plan));
    printf("seed %llu\n", static_cast<unsigned long long>(plan.seed));
  }
  const Explanation explanation = Explain(plan, detail, paint);
  fputs(explanation.text.c_str(), stdout);
  return explanation.broken ? 1 : 0;
}

// The first comment line says what a scenario is.
std::string_view Meaning(std::string_view text) {
  if (!text.starts_with("# ")) return "";
  return text.substr(2, text.find('\n') - 2);
}

int List() {
  for (const Scenario& scenario : AllScenarios()) {
    printf("%-28.*s %.*s\n", static_cast<int>(scenario.name.size()), scenario.name.data(),
           static_cast<int>(Meaning(scenario.text).size()), Meaning(scenario.text).data());
  }
  return 0;
}

int Profiles() {
  printf("disks (disk NAME)\n");
  for (const DiskProfile& profile : DiskProfiles()) {
    printf("%-10.*s %.*s\n           %.*s\n", static_cast<int>(profile.name.size()), profile.name.data(),
           static_cast<int>(profile.meaning.size()), profile.meaning.data(),
           static_cast<int>(profile.words.size()), profile.words.data());
  }
  printf("\nsandboxes (agent ... sandbox=NAME; faultinject/profiles)\n");
  for (const std::string& name : SandboxNames())
    printf("%-22s %s\n", name.c_str(), FindProfile(name)->about.c_str());
  printf("\nbuilds of other versions (agent ... build=NAME; sim/builds):");
  for (const Build& build : AllBuilds().subspan(1)) printf(" %s", std::string(build.name).c_str());
  printf("\n");
  return 0;
}

// A run takes and gives back blocks of some hundred KB all the time (the bytes of files). From the system,
// each costs a page fault per 4 KB.
void KeepMemory() {
  constexpr int kLarge = 64 << 20;
  mallopt(M_MMAP_THRESHOLD, kLarge / 2);
  mallopt(M_TRIM_THRESHOLD, kLarge);
}

// A command's name is what stands before ids, values and flags.
std::string CommandName(const std::vector<std::string>& words) {
  std::string name;
  for (const std::string& word : words) {
    if (word.empty() || word[0] == '-' || word.find_first_of("0123456789/") != std::string::npos) break;
    name += (name.empty() ? "" : " ") + word;
  }
  return name;
}

int Commands() {
  constexpr int kDraws = 400;
  Workload workload(1);
  std::set<std::string> names;
  for (size_t kind = 0; kind < Workload::KindCount(); ++kind) {
    for (int i = 0; i < kDraws; ++i) {
      for (const std::vector<std::string>& words : workload.Draw(kind)) names.insert(CommandName(words));
    }
  }
  for (const std::string& name : names) {
    if (!name.starts_with('!')) printf("%s\n", name.c_str());
  }
  return 0;
}

int Main(std::vector<std::string> words) {
  KeepMemory();
  const std::string command = words.empty() ? "help" : words[0];
  if (!words.empty()) words.erase(words.begin());
  if (AsksForHelp(command, words)) return fputs(kHelp, stdout) < 0;
  if (command == "run") return RunCommand(words);
  if (command == "swarm") return SwarmCommand(words);
  if (command == "systematic") return SystematicCommand(words);
  if (command == "days") return DaysCommand(words);
  if (command == "replay") return ReplayCommand(words);
  if (command == "shrink") return ShrinkCommand(words);
  if (command == "explain") return ExplainCommand(words);
  if (command == "list") return ParseFlags(words, {}), List();
  if (command == "profiles") return ParseFlags(words, {}), Profiles();
  if (command == "commands") return ParseFlags(words, {}), Commands();
  if (command == "plan") {
    const Plan plan = PlanOf(ParseOptions(words, WithPlan({})));
    return fputs(Print(plan).c_str(), stdout) < 0;
  }
  UsageError("unknown command '" + command + "'");
}

}  // namespace

}  // namespace sim

int main(int argc, char** argv) { return sim::Main({argv + 1, argv + argc}); }
