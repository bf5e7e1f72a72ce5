#include "bd/bd.h"

#include "bd/client.h"
#include "bd/help.h"
#include "bd/select.h"
#include "bd/version.h"
#include "engine/base/text.h"
#include "engine/os/files.h"

namespace bd {

namespace {

constexpr int kStandardOutput = 1;
constexpr int kStandardError = 2;

ClientResult Fail(std::string errors) { return {"", std::move(errors), 1}; }

ClientResult UnknownCommand(std::string_view group, std::string_view word) {
  std::string text =
      Cat("Error: unknown command ", Quote(word), " for \"bd", group.empty() ? "" : " ", group, "\"\n");
  const std::vector<std::string> close = Suggestions(group, word);
  if (!close.empty()) {
    text += "\nDid you mean this?\n";
    for (const std::string& name : close) text += Cat("\t", name, "\n");
    text += '\n';
  }
  const Command* command = FindCommand(group);
  if (command != nullptr) return Fail(text + UsageText(command));
  return Fail(text + "Run 'bd --help' for usage.\n");
}

ClientResult UsageError(const Error& error, const Command* command) {
  return Fail(ErrorLines(error) + UsageText(command));
}

ClientResult RunRoot(const Selection& selection) {
  FlagParser parser({RootFlags(), GlobalFlags()});
  Result<std::vector<std::string>> positionals = parser.Parse(selection.rest);
  if (!positionals) return UsageError(positionals.error(), nullptr);
  if (parser.TakeValues().Bool("version")) return {VersionLine(), "", 0};
  return {RootHelp(), "", 0};
}

ClientResult RunUnknown(std::span<const std::string> arguments, const Selection& selection) {
  // An unknown flag before the word is the first mistake.
  FlagParser parser({RootFlags(), GlobalFlags()});
  Result<std::vector<std::string>> positionals = parser.Parse(arguments);
  if (!positionals && positionals.error().message.starts_with("unknown flag")) {
    return UsageError(positionals.error(), nullptr);
  }
  return UnknownCommand("", selection.unknown);
}

ClientResult Run(std::span<const std::string> arguments) {
  const Selection selection = SelectCommand(arguments);
  if (selection.command == nullptr) {
    return selection.unknown.empty() ? RunRoot(selection) : RunUnknown(arguments, selection);
  }
  if (selection.HasStrayWord()) return UnknownCommand(selection.command->name, selection.unknown);
  Result<CommandLine> line = ParseCommandLine(selection);
  if (!line) return UsageError(line.error(), selection.command);
  if (line->flags.Bool("help")) return {CommandHelp(*line->command), "", 0};
  return RunCommand(*line->command, line->flags, line->positionals);
}

}  // namespace

int Main(std::span<const std::string> arguments) {
  os::HoldStandardStreams();
  os::ReportFileSizeLimit();
  const ClientResult result = Run(arguments);
  // Whoever closed the other end of a pipe does not want the rest: SIGPIPE ends us as it ends others.
  // Any other failure is one: an answer that did not arrive must not look like an empty one.
  std::string errors = result.errors;
  int exit_code = result.exit_code;
  if (Status written = os::Write(kStandardOutput, result.output); !written) {
    errors += Cat("Error: standard output: ", written.error().message, "\n");
    if (exit_code == 0) errors += "Hint: the command was carried out; only its output is missing\n";
    exit_code = 1;
  }
  if (!errors.empty()) (void)os::Write(kStandardError, errors);
  return exit_code;
}

}  // namespace bd
