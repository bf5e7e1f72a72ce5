// What follows the work of a run: faults end, every workspace must make progress, clones exchange what they
// have, and what was exported goes into a workspace of its own.
#include <utility>

#include "sim/run/run.h"

namespace sim {

namespace {

void AddTo(std::vector<PlanCommand>& commands, const std::string& workspace, std::vector<std::string> words) {
  commands.push_back(MustSucceed(std::move(words)));
  commands.back().directory = workspace;
}

const std::vector<std::string> kExchange = {"sync", "--full"};

}  // namespace

void Run::Heal() {
  world_->ClearRules();
  DiskRules& disk = world_->kernel().rules();
  disk.capacity = DiskRules().capacity;
  disk.read_only = false;
  // Git's own lock is removed by people, as its message says, when no git runs.
  Process& person = world_->kernel().StartProcess(nullptr);
  for (const std::string& workspace : view_->workspaces) {
    for (const char* lock : {"index.lock", "config.lock"})
      world_->kernel().Unlink(person, workspace + "/.git/" + lock);
  }
  world_->kernel().Unlink(person, "/origin/refs/heads/main.lock");
  world_->kernel().EndProcess(person, 0);
  view_->healed = true;
  agents_.clear();
  // Who was stopped goes on: in the middle of SQLite's recovery it would keep even readers out.
  for (const std::unique_ptr<Task>& task : world_->tasks()) task->stopped_until_ns = 0;
  RunAlone("healer", ProgressCommands(), false);
  // A daemon that was stopped may carry out late what it was asked for: before anybody compares.
  if (!violations_.empty() || !EndServices()) return;
  RunAlone("healer", ExchangeCommands(), false);
  for (const Invocation& invocation : history_.invocations()) {
    const bool exchanges = invocation.agent == "healer" && invocation.words == kExchange;
    if (exchanges && !invocation.acknowledged()) view_->clones_met = false;
  }
  // A line that nobody can read is for people to mend before the merge driver goes on: half a file that git
  // wrote and the power took, or what an editor left.
  const bool may_part = view_->external_edits || world_->power_losses() != 0 || view_->git_was_hurt;
  if (view_->clones_met || may_part) return;
  violations_.push_back({"EXPECT", "the clones cannot exchange their issues any more", world_->calls()});
}

// Every workspace makes progress.
std::vector<PlanCommand> Run::ProgressCommands() const {
  std::vector<PlanCommand> commands;
  for (const std::string& workspace : view_->workspaces) {
    AddTo(commands, workspace, {"list", "--json", "--all"});
    AddTo(commands, workspace, {"create", "afterwards", "--json"});
    AddTo(commands, workspace, {"sync", "--flush-only"});
  }
  return commands;
}

// Clones exchange until both have all.
std::vector<PlanCommand> Run::ExchangeCommands() const {
  std::vector<PlanCommand> commands;
  for (int i = 0; view_->clones && i < 2; ++i) {
    for (const std::string& workspace : view_->workspaces) {
      AddTo(commands, workspace, kExchange);
      commands.back().expect_ok = false;
    }
  }
  for (const std::string& workspace : view_->workspaces) AddTo(commands, workspace, {"export"});
  return commands;
}

// What was exported last goes into a workspace of its own, and is exported there: the oracle RT compares.
// Lines of editors lack members that an import would fill in; with them the database is built from the file.
void Run::MakeCopy() {
  const std::string exported = history_.invocations().back().output, copy(kCopy);
  const std::string file = copy + "/.beads/issues.jsonl";
  RunAlone("healer", {MustSucceed({"!mkdir", copy}), MustSucceed({"!mkdir", copy + "/.beads"})}, true);
  if (view_->external_edits) {
    RunAlone("healer", {MustSucceed({"!write", file, exported})}, true);
  } else {
    RunAlone("healer", {MustSucceed({"!write", copy + "/exported", exported})}, true);
    RunAlone(std::string(kCopier),
             {MustSucceed({"init", "-p", "t", "-q"}), MustSucceed({"import", "-i", copy + "/exported"})},
             true, copy);
  }
  RunAlone(std::string(kCopier), {MustSucceed({"export"})}, true, copy);
}

}  // namespace sim
