// A plan: everything that a run does, as text that a person can read, cut down and keep.
//
//   plan 1
//   seed 4711                      for what the plan does not say: schedule, latencies, random bytes
//   disk posix torn                a profile (bd-sim profiles), or: journal (ext4 posix lying), torn,
//   tick=MS, capacity=BYTES, no-exchange,
//                                  folds-case, no-links, no-directory-sync, no-copy-range, lying-locks,
//                                  type=HEX
//   schedule sticky 4              or: pct 3, robin
//   latency call=2000 sync=400000  nanoseconds, mean
//   setup [in=/w2]                 one after the other, before anything goes wrong; in /w, or where it says
//     init -p t
//   agent a1 start=5 pause=20      milliseconds; pause: mean between two commands
//            auto-start=1            his commands may start a daemon
//            restarts=MS             a process manager: his last command begins again so long after its end,
//                                    whatever that was, for as long as somebody else is at work
//            sandbox=NAME[/BOX]      each command in a sandbox of its own (bd-sim profiles), or all with this
//                                    BOX in one, which lasts; EACH: a scenario is run once in every profile
//            build=NAME              his bd is of another version (sim/builds), and so is what it starts
//            uid=N env.NAME=VALUE    another user than 1000; variables of his commands
//     create "first one" -p 1
//     update @1 --claim => ok
//     !append .beads/issues.jsonl "{}\n"
//   fault kill agent=a1 command=2 nth=31
//   each 40                        as a scenario: with EACH in a fault as 1 to 40 (sim/tool/run_scenario.h)
//   repeat 5                       as a scenario: with this seed and the four after it
//   check [in=/w2]                 after everything healed, one after the other
//     show @1 => says "first one"
//
// A command line is words for bd, quoted as in a shell ("..." with \n \" \\, or '...'). `@N` is the id of the
// N-th issue that was made in this run. With `!` it is a program of the world (sim/programs). What is
// expected stands behind ` => `: ok, fails, exit N, says TEXT (standard output or error contains it), lacks
// TEXT (neither does), within MS (simulated milliseconds). In a scenario every fault must strike in one of
// its runs. Unknown words are errors that name line and column, and so are numbers out of their bounds
// (plan.cc, faultinject/number.h), two agents of one name, and directories that nothing makes. `#` begins a
// comment line.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "faultinject/rule.h"
#include "sim/kernel/disk.h"
#include "sim/world/scheduler.h"

namespace sim {

struct PlanCommand {
  std::vector<std::string> words;
  std::string directory;  // of setup and check, if it is not /w
  // Of `=>`; nothing is expected if all are empty.
  bool expect_ok = false, expect_failure = false;
  int expect_exit = -1;
  int64_t expect_within_ms = 0;  // 0: any
  std::vector<std::string> expect_texts, expect_absent;

  friend bool operator==(const PlanCommand&, const PlanCommand&) = default;
};

struct PlanAgent {
  std::string name;
  int64_t start_ms = 0;
  int64_t pause_ms = 5;
  bool auto_start = false;   // his commands may start a daemon
  int64_t restarts_ms = -1;  // of the last command; -1: none
  std::string sandbox, box;  // the profile; "": none
  std::string build;         // "": the one that is shipped
  uint32_t uid = 1000;
  std::map<std::string, std::string> environment;
  std::string directory = "/w";
  std::vector<PlanCommand> commands;

  friend bool operator==(const PlanAgent&, const PlanAgent&) = default;
};

struct Plan {
  uint64_t seed = 1;
  int64_t repeat = 1;
  int64_t each = 0;  // of scenarios that are run with many numbers; see sim/tool/run_scenario.h
  DiskRules disk;
  SchedulerOptions scheduler;
  int64_t call_ns = 2'000, sync_ns = 400'000;
  std::vector<PlanCommand> setup;
  std::vector<PlanAgent> agents;
  std::vector<fault::Rule> rules;
  std::vector<PlanCommand> check;
};

// What a plan without a setup of its own begins with: a workspace with two issues.
std::vector<PlanCommand> UsualSetup();
// Another workspace in /w2, with issues of its own; and /w2 as a clone of /w, with /origin between them.
std::vector<PlanCommand> SeparateSetup();
std::vector<PlanCommand> ClonesSetup();

// Named rules for disks; `disk NAME` in a plan.
struct DiskProfile {
  std::string_view name, words, meaning;
};
std::span<const DiskProfile> DiskProfiles();

std::variant<Plan, fault::TextError> ParsePlan(std::string_view text);
std::string Print(const Plan& plan);
std::string Print(const PlanCommand& command);

}  // namespace sim
