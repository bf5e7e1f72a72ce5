// bd help: help for a command.
#include "bd/help.h"

#include "bd/guide.h"
#include "engine/base/text.h"

namespace bd {
namespace {

Result<GuideBody> Run(const IdArgs& args) {
  const std::string name = Join(args.ids, " ");
  if (name.empty()) return GuideBody{RootHelp()};
  const Command* command = FindCommand(name);
  if (command == nullptr) return Error{Code::kUsage, Cat("unknown help topic ", Quote(name)), "", false};
  return GuideBody{CommandHelp(*command)};
}

}  // namespace

extern const Command kCommand_help = {
    .name = "help",
    .summary = "Help about any command",
    .arguments = "[command]",
    .group = "Setup & Configuration",
    .handlers = Handle<IdArgs, GuideBody, PrepareIds, Run, PrintGuide>(),
};

}  // namespace bd
