#include "bd/help.h"

#include <algorithm>

#include "engine/base/text.h"

namespace bd {

namespace {

using enum FlagType;
constexpr Flag kGlobalFlags[] = {
    {"actor", kString, "Actor name for the audit trail (default: $BD_ACTOR, git user.name, $USER)"},
    {"allow-stale", kBool, "Answer from the database without a look at the JSONL file"},
    {"no-staleness-check", kBool, "The same as --allow-stale", 0, "", "allow-stale", true},
    {"db", kString, "Database path (default: found from the current directory)"},
    {"dolt-auto-commit", kString, "Accepted for compatibility: off or on", 0, "", "", true},
    {"json", kBool, "Output as JSON"},
    {"lock-timeout", kDuration, "How long to wait for other writers (0: fail at once)", 0, "30s"},
    {"no-auto-flush", kBool, "Do not write the JSONL file after changes"},
    {"no-auto-import", kBool, "Do not take a newer JSONL file into the database"},
    {"no-daemon", kBool, "Work in this process"},
    {"no-db", kBool, "Use the JSONL file alone, without a database"},
    {"quiet", kBool, "Fewer notices", 'q'},
    {"readonly", kBool, "Refuse to change anything"},
    {"request-id", kString, "Id of this request: sent again, it has its effect once"},
    {"sandbox", kBool, "For sandboxes: no daemon, no import, no export, short lock time-out"},
    {"verbose", kBool, "More notices", 'v'},
    {"help", kBool, "Help for this command", 'h'},
};

std::string_view TypeName(FlagType type) {
  switch (type) {
    case kBool: return "";
    case kString: return "string";
    case kInt: return "int";
    case kDuration: return "duration";
    case kList: return "strings";
    case kArray: return "stringArray";
  }
  return "";
}

void AppendFlags(std::string& out, std::span<const Flag> flags) {
  std::vector<std::pair<std::string, const Flag*>> rows;
  size_t width = 0;
  for (const Flag& flag : flags) {
    if (flag.hidden) continue;
    std::string left =
        flag.shorthand ? Cat("  -", flag.shorthand, ", --", flag.name) : Cat("      --", flag.name);
    if (flag.type != kBool) left += Cat(" ", TypeName(flag.type));
    width = std::max(width, left.size());
    rows.emplace_back(std::move(left), &flag);
  }
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.second->name < b.second->name; });
  for (auto& [left, flag] : rows) {
    left.append(width - left.size() + 3, ' ');
    out += left;
    out += flag->help;
    if (!flag->default_value.empty())
      out += Cat(" (default ",
                 flag->type == kString ? Quote(flag->default_value) : std::string(flag->default_value), ")");
    out += '\n';
  }
}

void AppendCommands(std::string& out, const std::vector<const Command*>& commands) {
  size_t width = 0;
  for (const Command* command : commands) width = std::max(width, LeafOf(command->name).size());
  for (const Command* command : commands) {
    std::string left(LeafOf(command->name));
    left.append(width - left.size() + 3, ' ');
    out += Cat("  ", left, command->summary, "\n");
  }
}

std::vector<const Command*> ListedCommands(std::string_view group) {
  std::vector<const Command*> commands;
  for (const Command* command : AllCommands()) {
    if (GroupOf(command->name) == group && !command->hidden && command->deprecated.empty())
      commands.push_back(command);
  }
  return commands;
}

std::string UsageLine(const Command& command) {
  std::string line = Cat("  bd ", command.name);
  if (!command.arguments.empty()) line += Cat(" ", command.arguments);
  return line + " [flags]\n";
}

}  // namespace

std::span<const Flag> GlobalFlags() { return kGlobalFlags; }

std::string_view LeafOf(std::string_view name) { return name.substr(name.find_last_of(' ') + 1); }
std::string_view GroupOf(std::string_view name) {
  const size_t space = name.find_last_of(' ');
  return space == std::string_view::npos ? std::string_view() : name.substr(0, space);
}

std::string RootHelp() {
  std::string out =
      "bd - issues for people and coding agents, with dependencies, in your git repository.\n\n"
      "Usage:\n  bd [flags]\n  bd [command]\n";
  constexpr std::string_view kGroups[] = {"Working With Issues",      "Views & Reports",
                                          "Dependencies & Structure", "Sync & Data",
                                          "Setup & Configuration",    ""};
  for (std::string_view group : kGroups) {
    std::vector<const Command*> commands;
    for (const Command* command : ListedCommands("")) {
      if (command->group == group) commands.push_back(command);
    }
    if (commands.empty()) continue;
    out += Cat("\n", group.empty() ? "Additional Commands" : group, ":\n");
    AppendCommands(out, commands);
  }
  out += "\nFlags:\n";
  AppendFlags(out, kGlobalFlags);
  return out + "\nUse \"bd [command] --help\" for more about a command.\n";
}

std::string UsageText(const Command* command) {
  if (command == nullptr)
    return "Usage:\n  bd [flags]\n  bd [command]\n\nUse \"bd --help\" for a list of commands.\n";
  std::string out = "Usage:\n" + UsageLine(*command);
  if (command->is_group) out += Cat("  bd ", command->name, " [command]\n");
  if (!command->aliases.empty()) {
    out += Cat("\nAliases:\n  ", LeafOf(command->name));
    for (std::string_view alias : command->aliases) out += Cat(", ", LeafOf(alias));
    out += '\n';
  }
  if (command->is_group) {
    out += "\nAvailable Commands:\n";
    AppendCommands(out, ListedCommands(command->name));
  }
  if (!command->flags.empty()) {
    std::string flags;
    AppendFlags(flags, command->flags);
    if (!flags.empty()) out += "\nFlags:\n" + flags;
  }
  out += "\nGlobal Flags:\n";
  AppendFlags(out, kGlobalFlags);
  return out;
}

std::string CommandHelp(const Command& command) {
  std::string out = Cat(command.summary, "\n");
  if (!command.help.empty()) out += Cat("\n", Trim(command.help), "\n");
  return Cat(out, "\n", UsageText(&command));
}

std::vector<std::string> Suggestions(std::string_view group, std::string_view word) {
  constexpr int kEditsMax = 2;
  std::vector<std::string> close;
  const std::string wanted = Lower(word);
  for (const Command* command : ListedCommands(group)) {
    const std::string leaf(LeafOf(command->name));
    if (EditDistance(wanted, leaf) <= kEditsMax || leaf.starts_with(wanted)) close.push_back(leaf);
  }
  return close;
}

}  // namespace bd
