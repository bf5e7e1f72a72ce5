#include "bd/group.h"

#include "bd/help.h"

namespace bd {

Result<GroupArgs> PrepareGroup(Invocation& invocation) { return GroupArgs{invocation.command_name}; }

Result<GuideBody> RunGroup(const GroupArgs& args) {
  const Command* command = FindCommand(args.name);
  if (command == nullptr) return NotFound("no such group: " + args.name);
  return GuideBody{CommandHelp(*command)};
}

}  // namespace bd
