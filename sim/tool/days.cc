#include "sim/tool/days.h"

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <variant>

#include "sim/tool/forked.h"
#include "sim/tool/seconds.h"

namespace sim {

namespace {

constexpr int64_t kDaysPerRun = 2;

constexpr const char* kWays[] = {
    "fault kill agent=d1 op=rename path=*bd.sock when=after times=*",
    "fault EACCES agent=d1 op=bind times=*",
    "fault kill agent=d1 op=open path=*/beads.db times=*",
    "fault EIO agent=d1 op=read path=*/beads.db times=*",
    "fault kill agent=d1 op=rename path=*daemon-start-state* times=*",
    "fault kill agent=d1 op=accept times=*",
    "fault kill agent=d1 op=exchange when=after times=*",
    "fault kill agent=d1 op=write path=*beads.db-wal times=*",
    "fault kill agent=d1 op=poll nth=70 times=*",
    "fault kill agent=d1 op=rename path=*daemon.last* nth=40 times=*",
    "fault ENOSPC agent=d1 op=write path=*daemon-start-state* nth=2 times=*",
    "fault power agent=d1 op=rename path=*bd.sock when=after nth=3 times=2",
};

// Every six hours somebody works.
std::string PlanText(const char* way, uint64_t seed) {
  constexpr int64_t kPauseMs = 6 * 3'600'000;
  std::string text = "plan 1\nseed " + std::to_string(seed) + "\nagent d1 restarts=10000\n";
  text += "  daemon start --foreground\nagent a1 start=1000 pause=0\n";
  for (int64_t i = 0; i < kDaysPerRun * 24 / 6; ++i) {
    text +=
        "  create one --json\n  update @1 --notes more\n  list\n  !wait " + std::to_string(kPauseMs) + "\n";
  }
  return text + way + "\n";
}

}  // namespace

DaysReport RunDays(int64_t days, uint64_t first, int jobs) {
  DaysReport report;
  const double began = Seconds();
  Runner runner;
  for (uint64_t seed = first; report.days < days; ++seed, report.days += kDaysPerRun) {
    const char* way = kWays[seed % std::size(kWays)];
    const Plan plan = std::get<Plan>(ParsePlan(PlanText(way, seed)));
    runner.WaitUntilBelow(static_cast<size_t>(jobs));
    runner.Start(plan, Paint(), [&report, way, seed](const RunResult& result) {
      report.commands += result.commands;
      for (const Violation& violation : result.violations) {
        report.broken.push_back("seed " + std::to_string(seed) + " (" + way + "): " + violation.oracle +
                                ": " + violation.message);
      }
    });
  }
  runner.WaitUntilBelow(1);
  report.seconds = Seconds() - began;
  return report;
}

}  // namespace sim
