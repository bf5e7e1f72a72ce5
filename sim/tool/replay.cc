#include "sim/tool/replay.h"

#include <cstdio>

#include "faultinject/tool/read_text.h"
#include "sim/tool/run_scenario.h"
#include "sim/tool/sandboxes.h"

namespace sim {

namespace {

// What shrink wrote above the plan; "" if it did not.
std::string BrokenThen(const std::string& text) {
  constexpr std::string_view kHead = "# breaks ";
  const size_t at = text.starts_with(kHead) ? 0 : text.find(std::string("\n") + std::string(kHead));
  if (at == std::string::npos) return "";
  const size_t begin = text.find(kHead.substr(1), at) + kHead.size() - 1;
  return text.substr(begin, text.find_first_of(" \r\n", begin) - begin);
}

// A plan in a file, and what it broke when it was kept; "" if that is not said.
struct Kept {
  std::string path, then;
  Plan plan;
};

Kept ReadKept(const std::string& path) {
  const std::string text = fault::ReadTextOrEnd(path);
  return {path, BrokenThen(text), ParseOrEnd(path, OneOfEach(text, SandboxNames().front()))};
}

// A plan that was kept because it broke something, and does not any more, is told of: the mistake is mended,
// or the calls of this build are others. Nothing is broken, so that is no failure.
int ReplayOne(Runner& runner, const Kept& kept, bool twice) {
  const auto& [path, then, plan] = kept;
  if (twice && runner.RunOne(plan).hash != runner.RunOne(plan, kOtherPaint).hash) {
    printf("broken  %s: REPLAY: two runs differ: something depends on memory\n", path.c_str());
    return 1;
  }
  const RunResult result = RunWhole(runner, plan);
  const bool hollow = !result.violations.empty() && result.violations[0].oracle == "HOLLOW";
  if (!then.empty() && (result.violations.empty() || hollow)) {
    printf("gone    %s: no longer breaks %s%s%s\n", path.c_str(), then.c_str(), hollow ? "; " : "",
           hollow ? result.violations[0].message.c_str() : "");
    return 0;
  }
  const int status = Report(path, result);
  if (!then.empty() && result.violations[0].oracle != then) {
    printf("        %s: it was kept because it broke %s\n", path.c_str(), then.c_str());
  }
  return status;
}

}  // namespace

int Replay(const std::vector<std::string>& paths, bool twice) {
  std::vector<Kept> plans;
  for (const std::string& path : paths) plans.push_back(ReadKept(path));
  Runner runner;
  int status = 0;
  for (const Kept& kept : plans) status |= ReplayOne(runner, kept, twice);
  return status;
}

}  // namespace sim
