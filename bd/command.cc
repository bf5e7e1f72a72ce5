#include "bd/command.h"

#include <algorithm>

namespace bd {

const Command* FindCommand(std::string_view name) {
  for (const Command* command : AllCommands()) {
    if (command->name == name) return command;
    if (std::find(command->aliases.begin(), command->aliases.end(), name) != command->aliases.end())
      return command;
  }
  return nullptr;
}

}  // namespace bd
