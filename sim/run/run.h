// One run of one plan: setup, work with faults, healing, checks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/run/history.h"
#include "sim/run/oracle.h"
#include "sim/run/plan.h"
#include "sim/world/world.h"

namespace sim {

struct RunResult {
  std::vector<Violation> violations;
  uint64_t hash = 0;
  uint64_t calls = 0, switches = 0;
  int commands = 0, acknowledged = 0, refused = 0, killed = 0;
  uint64_t power_losses = 0;
  std::vector<int64_t> struck;  // per rule of the plan
  int64_t simulated_ns = 0;
  size_t stack_bytes = 0;
};

class Run : public Observer {
 public:
  // The world is prepared up to the end of the setup; several runs can begin there, each in a process of its
  // own (fork).
  explicit Run(const std::vector<PlanCommand>& setup);
  ~Run() override;

  bool setup_failed() const { return !setup_error_.empty(); }
  const std::string& setup_error() const { return setup_error_; }
  const History& history() const { return history_; }
  World& world() { return *world_; }

  // Once per object.
  RunResult Execute(const Plan& plan, unsigned char paint);
  void AddObserver(Observer& observer) { world_->AddObserver(observer); }

  void OnStart(Task& task) override;
  void OnEnd(const Task& task) override;
  void OnFault(const Task& task, const fault::Rule& rule) override;

 private:
  struct AgentState {
    const PlanAgent* plan = nullptr;
    size_t next = 0;
    uint64_t power_losses = 0;  // when his last command ended
  };

  void StartCommand(const std::string& agent, int command, const std::string& directory,
                    const std::vector<std::string>& words, int64_t delay_ns);
  void StartNext(AgentState& agent, int64_t delay_ns);
  int64_t Pause(AgentState& agent, const Task& ended);
  bool RunToEnd(uint64_t calls_max);
  bool RunUntil(const std::function<bool()>& until, uint64_t calls_max);
  bool EndServices();
  void RunAlone(const std::string& agent, const std::vector<PlanCommand>& commands, bool must_succeed,
                const std::string& directory = std::string(kWorkspace));
  std::shared_ptr<const Sandbox> SandboxOf(const PlanAgent& agent);
  void Expect(const PlanCommand& command, const Invocation& invocation);
  void Heal();
  void CheckAtEnd();
  void MakeCopy();
  std::vector<PlanCommand> ProgressCommands() const;
  std::vector<PlanCommand> ExchangeCommands() const;

  std::unique_ptr<World> world_;
  History history_;
  std::vector<Violation> violations_;
  std::unique_ptr<RunView> view_;
  std::vector<std::unique_ptr<Oracle>> oracles_;
  std::map<std::string, AgentState> agents_;
  std::map<std::string, std::shared_ptr<const Sandbox>> boxes_;
  std::map<int, int> invocation_of_task_;
  std::unique_ptr<Random> workload_;
  size_t healer_build_ = 0;  // of the setup the shipped one, then the latest of the plan's
  std::string setup_error_;
};

// Of a setup, and of what a run asks for itself.
PlanCommand MustSucceed(std::vector<std::string> words);

}  // namespace sim
