// The simulated machine at work: its kernel, its clock, the processes that run on it, and what goes wrong.
//
// Every call of a process is: Enter (time passes, faults strike, somebody else may run), the kernel's
// answer, Leave (observers are told, faults that come after the call strike). The whole run is a function of
// the options, of what is started, and of the rules: the trace hash says so.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "faultinject/rule.h"
#include "sim/kernel/kernel.h"
#include "sim/world/call.h"
#include "sim/world/clock.h"
#include "sim/world/scheduler.h"
#include "sim/world/task.h"

namespace sim {

struct WorldOptions {
  uint64_t seed = 1;
  DiskRules disk;
  SchedulerOptions scheduler;
  int64_t call_ns = 2'000;     // the mean time of a call
  int64_t sync_ns = 400'000;   // of an fsync
  unsigned char paint = 0xA5;  // what unused stack holds
};

class Observer {
 public:
  virtual ~Observer() = default;
  // After a call, before faults that strike after it. The world is at rest.
  virtual void OnCall(const Task&, const Call&, Outcome) {}
  virtual void OnFault(const Task&, const fault::Rule&) {}
  virtual void OnStart(Task&) {}
  // Ended or killed.
  virtual void OnEnd(const Task&) {}
  virtual void OnPowerLoss() {}
};

// What Enter decided for this call.
struct Verdict {
  int error = 0;              // it fails with this errno
  int64_t limit = INT64_MAX;  // it moves at most so many bytes
};

class World {
 public:
  explicit World(const WorldOptions& options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Kernel& kernel() { return kernel_; }
  const Kernel& kernel() const { return kernel_; }
  Clock& clocks() { return clock_; }
  const Clock& clocks() const { return clock_; }

  // From here on the run is a function of these options; what was made before stays.
  void Configure(const WorldOptions& options);

  void AddObserver(Observer& observer) { observers_.push_back(&observer); }
  void AddRule(const fault::Rule& rule) { rules_.push_back({rule, 0, 0}); }
  void ClearRules() { rules_.clear(); }
  // How often a rule of `AddRule` struck, by its order.
  int64_t Struck(size_t rule) const { return rules_[rule].struck; }

  Task& Start(TaskOptions options);
  // Lets somebody run up to his next switch, or the time pass to when somebody can. False: nobody is left.
  bool Step();
  // Whether somebody is there who comes to an end of himself.
  bool IsBusy() const;
  // To all that serve: SIGTERM.
  void Terminate();
  bool deadlocked() const { return deadlocked_; }
  void Kill(Task& task);
  void LosePower();
  // A program that shipped code may start (git), by its name; `script` runs executable files.
  void Install(std::string name, Program program) { programs_[std::move(name)] = std::move(program); }
  void InstallScripts(Program script) { script_ = std::move(script); }

  uint64_t hash() const { return hash_; }
  uint64_t calls() const { return calls_; }
  uint64_t switches() const { return switches_; }
  uint64_t power_losses() const { return power_losses_; }
  const std::vector<std::unique_ptr<Task>>& tasks() const { return tasks_; }
  const std::vector<Task*>& alive() const { return alive_; }
  size_t stack_high_water() const { return stacks_.HighWater(); }

  // --- For the calls; on the fiber of the running task.
  Task& running() { return *running_; }
  Verdict Enter(const Call& call);
  void Leave(const Call& call, Outcome outcome);
  // After kBlocks, or with something to watch (Process::watches); at most until then. False: a timer
  // interrupted the wait.
  bool Wait(int64_t until_ns = INT64_MAX);
  void Sleep(int64_t ns);
  // The running task ends, now.
  [[noreturn]] void Exit(int status);
  // Starts a program as a child of the running task; it goes on when that is killed. `group`: of whose group
  // it is; null: of its own.
  Task& StartChild(TaskOptions options, const Task* group);
  // Until it has ended; false if it has not within that time.
  bool Await(const Task& child, int64_t timeout_ns);
  void KillGroup(const Task& leader);
  // A signal that nobody there catches. Who is stopped ends by it when he goes on, unless it is SIGKILL.
  void EndBySignal(const Process& process, int signal);
  void EndGroupBySignal(const Task& leader, int signal);
  // What the sandbox of the running task says to a signal for that process; 0: nothing.
  int SignalErrorInside(const Process& target) const;
  // Into the trace hash: bytes that were read or written.
  void Note(const void* bytes, size_t count);
  void Note(uint64_t value) { hash_ = (hash_ ^ value) * 0x9fb21c651e98df25, hash_ ^= hash_ >> 29; }
  Random& data() { return data_; }
  HeapPool& heaps() { return heaps_; }
  // Null if there is none.
  const Program* FindProgram(const std::string& name) const;
  // The running task gets the writable memory of a shipped program that has not begun.
  void LoadPristineStatics(Task& task);
  // Ends the run: the world cannot answer this call.
  [[noreturn]] void Unknown(std::string_view call);

 private:
  struct ActiveRule {
    fault::Rule rule;
    int64_t seen = 0, struck = 0;
  };

  bool Matches(const fault::Rule& rule, const Task& task, const Call& call) const;
  void Strike(const fault::Rule& rule, Verdict& verdict);
  int ErrorOf(const Task& task, const Call& call);
  void GoInside(Task& task);
  void EndBySignal(Task& task, int signal);
  void Switch();  // to the scheduler
  void RingGuard();
  void Resume(Task& task);
  void Load(Task& task);  // its statics
  void End(Task& task, Task::State state);
  // All that it had in memory.
  void TakeMemory(Task& task);
  void WakeWoken();
  // Those who can run now; the time at which the next one can, if none.
  const std::vector<int>& Ready(int64_t& next_ns);

  WorldOptions options_;
  Clock clock_;
  Random latency_, data_, disk_;
  Scheduler scheduler_;
  Kernel kernel_;
  std::vector<Observer*> observers_;
  std::vector<ActiveRule> rules_;
  HeapPool heaps_;
  StackPool stacks_;  // before the tasks that have them
  std::vector<std::unique_ptr<Task>> tasks_;
  std::vector<Task*> alive_;
  std::vector<int> ready_;
  std::map<std::string, Program> programs_;
  Program script_;
  std::vector<std::string> pristine_;  // of each build
  std::vector<Task*> loaded_;          // ... whose statics are in place
  Task* running_ = nullptr;
  uint64_t hash_ = 0, calls_ = 0, switches_ = 0, power_losses_ = 0;
  bool deadlocked_ = false;
};

// The machine that the redirected calls talk to: C functions have no other way to find it.
World& TheWorld();

// Runs the shipped program: bd, with Task::options.arguments after the program's name.
int RunShippedProgram(Task& task);

}  // namespace sim
