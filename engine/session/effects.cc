#include "engine/session/effects.h"

#include "engine/os/files.h"
#include "engine/os/process.h"

namespace bd {

namespace {
constexpr int64_t kHookTimeoutMs = 10'000;
}  // namespace

void Perform(const Workspace& workspace, const Effects& effects) {
  if (!effects.touched.empty()) {
    (void)os::OverwriteFile(workspace.LastTouched(), effects.touched + "\n", 0600);
  }
  for (const HookCall& hook : effects.hooks) {
    const std::string program = workspace.Hook("on_" + hook.name);
    if (!os::Exists(program)) continue;
    os::ProcessOptions options;
    options.arguments = {program, hook.issue_id, hook.name};
    options.input = hook.issue_line;
    options.timeout_ms = kHookTimeoutMs;
    (void)os::StartProcess(options);
  }
}

}  // namespace bd
