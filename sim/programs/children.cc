#include "sim/programs/children.h"

#include "sim/programs/script.h"

namespace sim {

namespace {

// Nobody ends what git waits for but git's own end.
constexpr int64_t kForEverNs = int64_t{1} << 60;

Child Run(TaskOptions options, const std::map<std::string, std::string>& environment) {
  World& world = TheWorld();
  const Task& running = world.running();
  options.environment = running.process->environment;
  for (const auto& [name, value] : environment) options.environment[name] = value;
  // What a person starts is in nobody's group.
  const Task* group = running.is_agents_own() ? nullptr : &running;
  const Task& child = world.StartChild(std::move(options), group);
  world.Await(child, kForEverNs);
  return {child.killed() ? 137 : child.exit_status, child.output, child.errors};
}

}  // namespace

Child RunBd(const std::vector<std::string>& words, const std::string& directory,
            const std::map<std::string, std::string>& environment) {
  TaskOptions options;
  options.agent = "bd";
  options.arguments = words;
  options.directory = directory;
  options.program = RunShippedProgram;
  return Run(std::move(options), environment);
}

Child RunHook(const std::string& path, const std::string& directory,
              const std::map<std::string, std::string>& environment) {
  if (TheWorld().FindProgram(path) == nullptr) return {};
  TaskOptions options;
  options.agent = path.substr(path.rfind('/') + 1);
  options.arguments = {path};
  options.directory = directory;
  options.program = RunScript;
  return Run(std::move(options), environment);
}

}  // namespace sim
