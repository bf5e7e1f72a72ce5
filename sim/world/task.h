// One running process of the world: the kernel's process, the fiber that runs in it, and what the world knows
// of both.
//
//   kSleeping --(time)--> kReady --(a call that waits)--> kBlocked --(woken, or the timer)--> kReady
//   any --(returns from main)--> kEnded        any --(kill -9, loss of power)--> kKilled
//
// Invariant: a killed task's fiber is never resumed; nothing of it is unwound.
#pragma once

#include <signal.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "faultinject/rule.h"
#include "sim/kernel/heap.h"
#include "sim/kernel/process.h"
#include "sim/world/fiber.h"
#include "sim/world/sandbox.h"

namespace sim {

struct Task;
inline constexpr int kInterrupted = 130;  // 128 + SIGINT; nobody here catches it
// What runs in a process; the result is its exit status.
using Program = std::function<int(Task&)>;

// A timer of the kernel and the handler of its signal. It is called where the process waits, or at its next
// call: what loops without a call cannot be simulated.
struct Guard {
  static constexpr int64_t kNever = INT64_MAX;
  bool is_made = false, is_ringing = false;
  int64_t rings_ns = kNever;
  void (*handler)(int, siginfo_t*, void*) = nullptr;
  sigval value{};
};

struct TaskOptions {
  std::string agent;  // who started it; of a program that a command started: AGENT/PROGRAM
  int group = 0;      // not an agent's own: the task that a time-out ends it with, in the end itself
  int command = 0;    // his n-th, from 1
  std::vector<std::string> arguments;
  std::string directory = "/";
  uint32_t uid = 1000;
  std::shared_ptr<const Sandbox> sandbox;  // null: it is in none
  std::map<std::string, std::string> environment;
  std::string input;
  int64_t delay_ns = 0;
  bool serves = false;  // it goes on until somebody ends it; the run does not wait for it
  Program program;
  size_t build = 0;  // of AllBuilds: which one the shipped program is here, and in what it starts
};

struct Task {
  enum class State { kSleeping, kReady, kBlocked, kEnded, kKilled };

  int number = 0;  // in the order of their start, from 1
  TaskOptions options;
  State state = State::kSleeping;
  int64_t wake_ns = 0;                  // kSleeping
  int64_t stopped_until_ns = 0;         // SIGSTOP
  bool told_to_end = false;             // by a signal, which came while it was stopped
  const Task* awaited = nullptr;        // its child's end wakes it
  std::map<int, const Task*> children;  // in the background, by their numbers
  int64_t started_ns = 0, ended_ns = 0;
  uint64_t calls = 0;
  int exit_status = -1;
  std::string output, errors;

  Process* process = nullptr;  // null once it ended
  std::unique_ptr<Fiber> fiber;
  std::string statics;        // of its build
  bool owns_statics = false;  // it runs shipped objects
  Heap* heap = nullptr;       // of its C libraries; null: the simulator's own
  std::vector<std::pair<void (*)(void*), void*>> at_exit;

  // ITIMER_REAL with a handler that only interrupts.
  int64_t timer_ns = 0;  // 0: off
  int64_t timer_interval_ns = 0;
  bool interrupted = false;
  int64_t blocked_until_ns = INT64_MAX;  // kBlocked
  int64_t NextTimerNs() const { return timer_ns != 0 ? timer_ns : INT64_MAX; }

  Guard guard;

  std::vector<fault::Rule> strike_after;  // when the present call is over
  bool shares_memory = false;             // it has mapped a file
  std::map<int, std::string> paths;       // of open descriptors, as they were opened
  // By a handler of signals to end: of git, its locks.
  std::set<std::string> removes_at_its_end;

  bool is_agents_own() const { return options.group == 0; }
  bool dead() const { return state == State::kEnded || state == State::kKilled; }
  bool killed() const { return state == State::kKilled; }
};

}  // namespace sim
