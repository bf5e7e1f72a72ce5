#include "sim/run/run.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sim/programs/programs.h"
#include "sim/world/statics.h"

namespace sim {

namespace {

constexpr int64_t kMs = 1'000'000;
// Not a plan's: what a setup draws (ids of requests!) must not come again.
constexpr uint64_t kSetupSeed = 0x5e79'0000'0000'0001;
constexpr uint64_t kSetupCallsMax = 500'000;
// A run that makes more calls than this per command is going round in circles.
constexpr uint64_t kCallsPerCommandMax = 60'000;
constexpr int64_t kRebootNs = 2'000 * kMs;

std::map<std::string, std::string> EnvironmentOf(const PlanAgent& agent) {
  std::map<std::string, std::string> environment = {
      {"HOME", "/home"}, {"PATH", "/bin"}, {"BD_ACTOR", agent.name}, {"USER", agent.name}};
  if (!agent.auto_start) environment["BEADS_AUTO_START_DAEMON"] = "false";
  for (const auto& [name, value] : agent.environment) environment[name] = value;
  return environment;
}

WorldOptions OptionsOf(const Plan& plan, unsigned char paint) {
  WorldOptions options;
  options.seed = plan.seed;
  options.disk = plan.disk;
  options.scheduler = plan.scheduler;
  options.call_ns = plan.call_ns;
  options.sync_ns = plan.sync_ns;
  options.paint = paint;
  return options;
}

// Himself, or by a hook that he writes.
bool RunsBd(const PlanAgent& agent) {
  return std::any_of(agent.commands.begin(), agent.commands.end(), [](const PlanCommand& command) {
    const std::vector<std::string>& words = command.words;
    const bool is_hook = words[0] == "!write" && words.back().find("\nbd ") != std::string::npos;
    return is_hook || !words[0].starts_with('!');
  });
}

size_t BuildOf(const PlanAgent& agent) { return FindBuild(agent.build).value_or(kShipped); }

bool IsExternal(const std::vector<std::string>& words) { return words[0].starts_with('!'); }

// Files that agents make for their commands, hooks, and what git does without touching the work tree.
bool IsElsewhere(const std::vector<std::string>& words) {
  if (words.size() < 2) return false;
  if (words[0] == "!git") return words[1] != "pull" && words[1] != "merge";
  return words[1].starts_with("/tmp/") || words[1].find("/.beads/hooks") != std::string::npos;
}

bool IsService(const std::vector<std::string>& words) {
  return words[0] == "daemon" && std::find(words.begin(), words.end(), "--foreground") != words.end();
}

bool Said(const Invocation& invocation, const std::string& text) {
  return invocation.output.find(text) != std::string::npos ||
         invocation.errors.find(text) != std::string::npos;
}

}  // namespace

std::string DatabaseOf(std::string_view workspace) { return std::string(workspace) + "/.beads/beads.db"; }

const Inode* SharedFile(const World& world, std::string_view workspace) {
  return world.kernel().Find(std::string(workspace) + "/.beads/issues.jsonl").get();
}

Run::Run(const std::vector<PlanCommand>& setup) {
  WorldOptions options;
  options.seed = kSetupSeed;
  world_ = std::make_unique<World>(options);
  view_ = std::make_unique<RunView>(RunView{*world_, history_, violations_});
  world_->AddObserver(*this);
  Process& root = world_->kernel().StartProcess(nullptr);
  for (const char* path : {"/w", "/home", "/tmp", "/bin"}) world_->kernel().MakeDirectory(root, path, 0755);
  world_->kernel().EndProcess(root, 0);
  world_->kernel().SyncAll();
  InstallPrograms(*world_);
  RunAlone("setup", {MustSucceed({"!git", "init"})}, true);
  RunAlone("setup", setup, true);
  if (!violations_.empty()) setup_error_ = violations_[0].message;
  violations_.clear();
  // Before the first moment of the run.
  for (const Invocation& invocation : history_.invocations()) {
    history_.at(invocation.number).begin = history_.at(invocation.number).end = 0;
  }
}

Run::~Run() = default;

PlanCommand MustSucceed(std::vector<std::string> words) {
  PlanCommand command;
  command.words = std::move(words);
  command.expect_ok = true;
  return command;
}

void Run::StartCommand(const std::string& agent, int command, const std::string& directory,
                       const std::vector<std::string>& words, int64_t delay_ns) {
  TaskOptions options;
  options.agent = agent;
  options.command = command;
  options.arguments = words;
  options.directory = directory;
  PlanAgent unplanned;
  unplanned.name = agent;
  const auto planned = agents_.find(agent);
  const PlanAgent& who = planned == agents_.end() ? unplanned : *planned->second.plan;
  options.uid = who.uid;
  options.build = planned == agents_.end() ? healer_build_ : BuildOf(who);
  options.environment = EnvironmentOf(who);
  if (!who.sandbox.empty()) options.sandbox = SandboxOf(who);
  options.delay_ns = delay_ns;
  options.program = IsExternal(words) ? RunWorldProgram : RunShippedProgram;
  options.serves = IsService(words);
  world_->Start(std::move(options));
}

// A new one, or that of all who are in the same box.
std::shared_ptr<const Sandbox> Run::SandboxOf(const PlanAgent& agent) {
  std::shared_ptr<const Sandbox>& kept = boxes_[agent.sandbox + "/" + agent.box];
  if (!agent.box.empty() && kept != nullptr) return kept;
  auto made = std::make_shared<Sandbox>();
  made->profile = FindProfile(agent.sandbox);
  made->places = {agent.directory, "/tmp", made->profile->own_home ? "/root" : "/home"};
  if (made->profile->own_pids) made->space = world_->kernel().MakePidSpace();
  made->lives_on = !agent.box.empty();
  kept = made;
  return made;
}

void Run::StartNext(AgentState& agent, int64_t delay_ns) {
  if (agent.next == agent.plan->commands.size()) return;
  const PlanCommand& command = agent.plan->commands[agent.next++];
  StartCommand(agent.plan->name, static_cast<int>(agent.next), agent.plan->directory, command.words,
               delay_ns);
}

// The ids are put in when the command really begins: they may have been made in the meantime.
void Run::OnStart(Task& task) {
  if (!task.is_agents_own()) return;
  Invocation invocation;
  invocation.agent = task.options.agent;
  invocation.directory = task.options.directory;
  invocation.command = task.options.command;
  invocation.words = history_.PutIn(task.options.arguments, task.options.directory);
  invocation.begin = world_->calls();
  invocation.begin_ns = world_->clocks().mono_ns;
  invocation.is_external = IsExternal(invocation.words);
  invocation.is_service = task.options.serves;
  invocation.is_edit = invocation.is_external && !view_->healed && !OnlyLooks(invocation.words) &&
                       !IsElsewhere(invocation.words);
  if (invocation.is_edit) view_->external_edits = true;
  const Invocation& begun = history_.Begin(std::move(invocation));
  invocation_of_task_[task.number] = begun.number;
  task.options.arguments = begun.words;
}

void Run::OnEnd(const Task& task) {
  if (!task.is_agents_own()) return;
  const auto found = invocation_of_task_.find(task.number);
  if (found != invocation_of_task_.end()) {
    Invocation& invocation = history_.at(found->second);
    invocation.end = world_->calls();
    invocation.end_ns = world_->clocks().mono_ns;
    invocation.calls = task.calls;
    invocation.exit_status = task.exit_status;
    invocation.output = task.output;
    invocation.errors = task.errors;
    invocation.outcome = task.killed()           ? Invocation::Outcome::kUnknown
                         : task.exit_status == 0 ? Invocation::Outcome::kAcknowledged
                                                 : Invocation::Outcome::kRefused;
    // What the copy is told is nobody's work.
    if (invocation.directory != kCopy) history_.End(invocation);
    for (const std::unique_ptr<Oracle>& oracle : oracles_) oracle->OnInvocationEnd(invocation);
  }
  const auto agent = agents_.find(task.options.agent);
  if (agent == agents_.end()) return;
  if (found != invocation_of_task_.end()) {
    Expect(agent->second.plan->commands[static_cast<size_t>(task.options.command) - 1],
           history_.at(found->second));
  }
  StartNext(agent->second, Pause(agent->second, task));
}

// Until his next command.
int64_t Run::Pause(AgentState& agent, const Task& ended) {
  const bool lost_power = world_->power_losses() != agent.power_losses;
  agent.power_losses = world_->power_losses();
  const PlanAgent& plan = *agent.plan;
  if (plan.restarts_ms >= 0 && agent.next == plan.commands.size()) {
    --agent.next;
    return plan.restarts_ms * kMs + (lost_power ? kRebootNs : 0);
  }
  const int64_t pause = plan.pause_ms * kMs;
  int64_t delay = pause == 0 ? 0 : static_cast<int64_t>(workload_->Below(static_cast<uint64_t>(2 * pause)));
  if (ended.killed() && ended.exit_status != kInterrupted) delay += kRebootNs;
  return delay;
}

void Run::OnFault(const Task& task, const fault::Rule& rule) {
  view_->git_was_hurt |= task.options.agent.ends_with("/git");
  if (rule.action != fault::Action::kNever) return;
  violations_.push_back({"NEVER",
                         task.options.agent + " came to what the plan forbids: " + fault::Print(rule),
                         world_->calls()});
}

void Run::Expect(const PlanCommand& command, const Invocation& invocation) {
  std::string wrong;
  const bool ok = invocation.exit_status == 0;
  if (command.expect_ok && !ok) wrong = "should have succeeded";
  if (command.expect_failure && (ok || invocation.exit_status < 0)) wrong = "should have failed";
  if (command.expect_exit >= 0 && invocation.exit_status != command.expect_exit) {
    wrong = "should have ended with " + std::to_string(command.expect_exit);
  }
  for (const std::string& text : command.expect_texts) {
    if (!Said(invocation, text)) wrong = "should have said \"" + text + "\"";
  }
  for (const std::string& text : command.expect_absent) {
    if (Said(invocation, text)) wrong = "should not have said \"" + text + "\"";
  }
  const int64_t took_ms = (invocation.end_ns - invocation.begin_ns) / kMs;
  if (command.expect_within_ms != 0 && took_ms > command.expect_within_ms) {
    wrong = "took " + std::to_string(took_ms) + " ms";
  }
  if (wrong.empty()) return;
  violations_.push_back({"EXPECT",
                         invocation.agent + ": " + Print(command) + ": " + wrong + "; it ended with " +
                             std::to_string(invocation.exit_status) + " and said: " + invocation.output +
                             invocation.errors,
                         world_->calls()});
}

// Those who serve go on.
bool Run::RunToEnd(uint64_t calls_max) {
  return RunUntil([this] { return !world_->IsBusy(); }, calls_max);
}

// What they have to do yet is done: everybody is at rest.
bool Run::EndServices() {
  world_->Terminate();
  return RunUntil([] { return false; }, world_->calls() + kSetupCallsMax);
}

bool Run::RunUntil(const std::function<bool()>& until, uint64_t calls_max) {
  while (!until() && world_->Step()) {
    if (!violations_.empty()) return false;
    if (world_->calls() < calls_max) continue;
    violations_.push_back({"BOUND", "no end after " + std::to_string(calls_max) + " calls", world_->calls()});
    return false;
  }
  if (!world_->deadlocked()) return true;
  violations_.push_back(
      {"BOUND", "everybody waits for somebody, and nothing will wake anyone", world_->calls()});
  return false;
}

void Run::RunAlone(const std::string& agent, const std::vector<PlanCommand>& commands, bool must_succeed,
                   const std::string& directory) {
  int number = 0;
  for (PlanCommand command : commands) {
    const size_t before = history_.invocations().size();
    StartCommand(agent, ++number, command.directory.empty() ? directory : command.directory, command.words,
                 0);
    if (!RunToEnd(world_->calls() + kSetupCallsMax)) return;
    command.expect_ok = command.expect_ok || must_succeed;
    // Somebody who serves may have begun in between.
    for (size_t i = before; i < history_.invocations().size(); ++i) {
      const Invocation& begun = history_.invocations()[i];
      if (begun.agent == agent && begun.command == number) Expect(command, begun);
    }
  }
}

void Run::CheckAtEnd() {
  StoreViews stores(*world_);
  view_->stores = &stores;
  for (const std::unique_ptr<Oracle>& oracle : oracles_) oracle->AtEnd();
  view_->stores = nullptr;
}

RunResult Run::Execute(const Plan& plan, unsigned char paint) {
  world_->Configure(OptionsOf(plan, paint));
  workload_ = std::make_unique<Random>(plan.seed, "workload");
  // The setup may have left it without a prefix of its own.
  std::set<std::string> prefixes;
  if (history_.workspaces().empty()) view_->workspaces.emplace_back(kWorkspace);
  for (const auto& [directory, prefix] : history_.workspaces()) {
    view_->workspaces.push_back(directory);
    view_->clones |= !prefixes.insert(prefix).second;
  }
  view_->honest_locks =
      !plan.disk.locks_lie || std::count_if(plan.agents.begin(), plan.agents.end(), RunsBd) < 2;
  view_->durable_disk = plan.disk.journal != Journal::kLying;
  for (OracleMaker make : AllOracles()) {
    oracles_.push_back(make(*view_));
    world_->AddObserver(*oracles_.back());
  }
  for (const fault::Rule& rule : plan.rules) world_->AddRule(rule);
  size_t commands = 0;
  const int64_t begin_ns = world_->clocks().mono_ns;
  if (std::any_of(plan.agents.begin(), plan.agents.end(),
                  [](const PlanAgent& agent) { return !agent.sandbox.empty(); })) {
    // The home of those inside who have one of their own.
    Process& root = world_->kernel().StartProcess(nullptr);
    world_->kernel().MakeDirectory(root, "/root", 0755);
    world_->kernel().EndProcess(root, 0);
  }
  for (const PlanAgent& agent : plan.agents) {
    AgentState& state = agents_[agent.name];
    state.plan = &agent;
    healer_build_ = std::max(healer_build_, BuildOf(agent));
    commands += agent.commands.size();
    StartNext(state, agent.start_ms * kMs);
  }
  bool ended = RunToEnd(kCallsPerCommandMax * (commands + 1));
  RunResult result;
  for (size_t i = 0; i < plan.rules.size(); ++i) result.struck.push_back(world_->Struck(i));
  result.power_losses = world_->power_losses();
  ended = ended && view_->honest_locks;
  if (ended && violations_.empty()) Heal();
  // It costs a sixth of a run: one in four has it, among them the first of every scenario.
  if (ended && violations_.empty() && plan.seed % 4 == 1) MakeCopy();
  if (ended && violations_.empty()) {
    CheckAtEnd();
    RunAlone("check", plan.check, false);
  }
  result.violations = violations_;
  result.hash = world_->hash();
  result.calls = world_->calls();
  result.switches = world_->switches();
  result.simulated_ns = world_->clocks().mono_ns - begin_ns;
  result.stack_bytes = world_->stack_high_water();
  for (const Invocation& invocation : history_.invocations()) {
    ++result.commands;
    result.acknowledged += invocation.outcome == Invocation::Outcome::kAcknowledged;
    result.refused += invocation.outcome == Invocation::Outcome::kRefused;
    result.killed += invocation.outcome == Invocation::Outcome::kUnknown;
  }
  return result;
}

}  // namespace sim
