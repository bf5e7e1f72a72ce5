// bd daemon: the group, and the flags that its sub-commands used to be.
#include <array>

#include "bd/daemon/start_flags.h"
#include "bd/group.h"
#include "engine/base/text.h"

namespace bd {
namespace {

using enum FlagType;
constexpr auto kFlags = [] {
  constexpr Flag kOld[] = {{"start", kBool, "As `bd daemon start`"},
                           {"stop", kBool, "As `bd daemon stop`"},
                           {"stop-all", kBool, "As `bd daemon killall`"},
                           {"status", kBool, "As `bd daemon status`"},
                           {"health", kBool, "As `bd daemon health`"},
                           {"metrics", kBool, "As `bd daemon metrics`"},
                           {"force", kBool, "With --stop: kill it if it does not end"}};
  std::array<Flag, std::size(kOld) + std::size(kDaemonStartFlags)> all;
  auto at = std::copy(std::begin(kOld), std::end(kOld), all.begin());
  std::copy(std::begin(kDaemonStartFlags), std::end(kDaemonStartFlags), at);
  for (Flag& flag : all) flag.hidden = true;
  return all;
}();

constexpr std::pair<std::string_view, std::string_view> kForms[] = {
    {"start", "daemon start"},   {"stop", "daemon stop"},     {"stop-all", "daemon killall"},
    {"status", "daemon status"}, {"health", "daemon health"}, {"metrics", "daemon metrics"}};

// What the sub-command was given; without one, nothing.
struct Form final : AnyArgs {
  const Command* command = nullptr;
  std::unique_ptr<AnyArgs> args;
  bool ReadsOnly() const override { return false; }
  void WriteWire(JsonWriter& out) const override { args->WriteWire(out); }
};

Result<std::unique_ptr<AnyArgs>> Prepare(Invocation& invocation) {
  auto form = std::make_unique<Form>();
  form->command = FindCommand("daemon");
  for (const auto& [flag, name] : kForms) {
    if (!invocation.flags.Bool(flag)) continue;
    if (invocation.workspace == nullptr) {
      return NotFound("no database path configured (run 'bd init' or set BEADS_DB)");
    }
    if (!invocation.globals.json) {
      invocation.notes.push_back(Cat("Warning: --", flag, " is deprecated, use 'bd ", name, "' instead"));
    }
    form->command = FindCommand(name);
    form->args = TRY(form->command->handlers.prepare(invocation));
    return std::unique_ptr<AnyArgs>(std::move(form));
  }
  form->args = std::make_unique<ArgsHolder<GroupArgs>>(TRY(PrepareGroup(invocation)));
  return std::unique_ptr<AnyArgs>(std::move(form));
}

Result<std::unique_ptr<AnyBody>> Run(Session* session, const AnyArgs& any) {
  const Form& form = static_cast<const Form&>(any);
  if (!form.command->is_group) return form.command->handlers.run(session, *form.args);
  const GroupArgs& group = static_cast<const ArgsHolder<GroupArgs>&>(*form.args).value;
  return std::unique_ptr<AnyBody>(std::make_unique<BodyHolder<GuideBody, PrintGuide>>(TRY(RunGroup(group))));
}

constexpr std::string_view kAliases[] = {"daemons"};

}  // namespace

extern const Command kCommand_daemon = {
    .name = "daemon",
    .summary = "The process that makes many writers fast",
    .arguments = "[command]",
    .group = "Sync & Data",
    .flags = kFlags,
    .arity = {0, 0},
    .needs = Needs::kPlaceIfThere,
    .aliases = kAliases,
    .json_errors = true,
    .is_group = true,
    .handlers = {.prepare = Prepare, .run = Run},
};

}  // namespace bd
