#include "bd/select.h"

#include "bd/help.h"
#include "engine/base/text.h"

namespace bd {

namespace {

constexpr Flag kRootFlags[] = {{"version", FlagType::kBool, "Version of bd", 'V'}};

Status CheckArity(const Arity& arity, size_t count) {
  const int received = static_cast<int>(count);
  auto error = [](std::string text) { return Error{Code::kUsage, std::move(text), "", false}; };
  if (arity.least == arity.most && received != arity.least) {
    return error(Cat("accepts ", arity.least, " arg(s), received ", received));
  }
  if (received < arity.least)
    return error(Cat("requires at least ", arity.least, " arg(s), only received ", received));
  if (arity.most >= 0 && received > arity.most) {
    return error(Cat("accepts at most ", arity.most, " arg(s), received ", received));
  }
  return Ok();
}

}  // namespace

std::span<const Flag> RootFlags() { return kRootFlags; }

Selection SelectCommand(std::span<const std::string> words) {
  Selection selection;
  selection.rest.assign(words.begin(), words.end());
  for (;;) {
    std::vector<std::span<const Flag>> sets;
    if (selection.command != nullptr) sets.push_back(selection.command->flags);
    sets.push_back(GlobalFlags());
    sets.push_back(kRootFlags);
    const std::vector<size_t> positionals = FlagParser(sets).PositionalIndexes(selection.rest);
    if (positionals.empty()) return selection;
    const std::string word = selection.rest[positionals[0]];
    const std::string name = selection.command ? Cat(selection.command->name, " ", word) : word;
    const Command* found = FindCommand(name);
    if (found == nullptr) {
      selection.unknown = word;
      return selection;
    }
    selection.command = found;
    selection.rest.erase(selection.rest.begin() + static_cast<std::ptrdiff_t>(positionals[0]));
    if (!found->is_group) return selection;
  }
}

Result<CommandLine> ParseCommandLine(const Selection& selection) {
  CommandLine line;
  line.command = selection.command;
  FlagParser parser({line.command->flags, GlobalFlags()});
  const bool plain = line.command->takes_any_words;
  line.positionals = TRY(parser.Parse(plain ? std::span<const std::string>() : selection.rest));
  if (plain) line.positionals = selection.rest;
  line.flags = parser.TakeValues();
  // Help is given whatever else was typed.
  if (!line.flags.Bool("help")) TRY(CheckArity(line.command->arity, line.positionals.size()));
  return line;
}

}  // namespace bd
