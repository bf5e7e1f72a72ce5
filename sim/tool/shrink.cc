#include "sim/tool/shrink.h"

#include <algorithm>

namespace sim {

namespace {

// Another plan has another schedule; a few seeds are tried before a part counts as needed.
constexpr uint64_t kSeedsPerCandidate = 6;

class Shrinker {
 public:
  Shrinker(Runner& runner, const Plan& plan, const std::function<void(int, int, int)>& progress)
      : runner_(runner), progress_(progress) {
    report_.plan = plan;
  }

  ShrinkReport Run() {
    const RunResult first = runner_.RunOne(report_.plan);
    ++report_.tried;
    if (first.violations.empty()) return report_;
    report_.oracle = first.violations[0].oracle;
    for (bool smaller = true; smaller;) {
      smaller = false;
      smaller |= Reduce([](Plan & plan) -> auto& { return plan.rules; });
      smaller |= Reduce([](Plan & plan) -> auto& { return plan.agents; });
      for (size_t i = 0; i < report_.plan.agents.size(); ++i) {
        smaller |= Reduce([i](Plan & plan) -> auto& { return plan.agents[i].commands; });
      }
      smaller |= Simplify();
    }
    return report_;
  }

 private:
  // Takes out pieces of a list, large ones first.
  template <typename ListOf>
  bool Reduce(ListOf list_of) {
    bool smaller = false;
    for (size_t piece = std::max<size_t>(1, list_of(report_.plan).size() / 2); piece > 0; piece /= 2) {
      for (size_t at = 0; at < list_of(report_.plan).size();) {
        Plan candidate = report_.plan;
        auto& list = list_of(candidate);
        const size_t end = std::min(list.size(), at + piece);
        list.erase(list.begin() + static_cast<ptrdiff_t>(at), list.begin() + static_cast<ptrdiff_t>(end));
        if (Accept(candidate)) {
          smaller = true;
        } else {
          at += piece;
        }
      }
    }
    return smaller;
  }

  // One workspace, the usual disk, no pauses, one version.
  bool Simplify() {
    bool smaller = false;
    Plan candidate = report_.plan;
    candidate.setup = UsualSetup();
    for (PlanAgent& agent : candidate.agents) agent.directory = PlanAgent().directory;
    if (Print(candidate) != Print(report_.plan)) smaller |= Accept(candidate);
    candidate = report_.plan;
    candidate.disk = DiskRules();
    if (Print(candidate) != Print(report_.plan)) smaller |= Accept(candidate);
    candidate = report_.plan;
    for (PlanAgent& agent : candidate.agents) agent.pause_ms = agent.start_ms = 0;
    if (Print(candidate) != Print(report_.plan)) smaller |= Accept(candidate);
    candidate = report_.plan;
    for (PlanAgent& agent : candidate.agents) agent.build.clear();
    if (Print(candidate) != Print(report_.plan)) smaller |= Accept(candidate);
    return smaller;
  }

  bool Accept(Plan candidate) {
    const uint64_t seed = candidate.seed;
    for (uint64_t i = 0; i < kSeedsPerCandidate; ++i) {
      candidate.seed = seed + i;
      const RunResult result = runner_.RunOne(candidate);
      ++report_.tried;
      if (progress_) progress_(report_.tried, Commands(), static_cast<int>(report_.plan.rules.size()));
      if (result.violations.empty() || result.violations[0].oracle != report_.oracle) continue;
      report_.plan = std::move(candidate);
      return true;
    }
    return false;
  }

  int Commands() const {
    size_t count = 0;
    for (const PlanAgent& agent : report_.plan.agents) count += agent.commands.size();
    return static_cast<int>(count);
  }

  Runner& runner_;
  const std::function<void(int, int, int)>& progress_;
  ShrinkReport report_;
};

}  // namespace

ShrinkReport Shrink(Runner& runner, const Plan& plan, const std::function<void(int, int, int)>& progress) {
  return Shrinker(runner, plan, progress).Run();
}

}  // namespace sim
