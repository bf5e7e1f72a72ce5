#include "sim/tool/sandboxes.h"

#include <algorithm>

#include "faultinject/profile.h"

namespace sim {

namespace {
constexpr std::string_view kEach = "sandbox=EACH";
}  // namespace

std::vector<std::string> SandboxNames() {
  std::vector<std::string> names;
  for (const fault::ProfileText& profile : fault::AllProfiles()) names.emplace_back(profile.name);
  return names;
}

bool IsForEachSandbox(std::string_view text) { return text.find(kEach) != std::string_view::npos; }

std::string InSandbox(std::string text, const std::string& profile) {
  for (size_t at = 0; (at = text.find(kEach, at)) != std::string::npos;)
    text.replace(at, kEach.size(), "sandbox=" + profile);
  return text;
}

void PutInside(Plan& plan, const std::string& profile) {
  auto forget = [](std::vector<PlanCommand>& commands) {
    for (PlanCommand& command : commands) {
      PlanCommand bare;
      bare.words = std::move(command.words);
      bare.directory = std::move(command.directory);
      command = std::move(bare);
    }
  };
  for (PlanAgent& agent : plan.agents) {
    const bool runs_bd = std::any_of(agent.commands.begin(), agent.commands.end(),
                                     [](const PlanCommand& command) { return command.words[0][0] != '!'; });
    if (runs_bd && agent.sandbox.empty()) agent.sandbox = profile;
    forget(agent.commands);
  }
  forget(plan.check);
}

}  // namespace sim
