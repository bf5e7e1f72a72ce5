// bd/help.h: what every command's help has, and what is suggested for a mistyped word.
#include "bd/help.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/base/text.h"

namespace bd {
namespace {

TEST(Help, EveryCommandIsDescribed) {
  for (const Command* command : AllCommands()) {
    const std::string help = CommandHelp(*command);
    EXPECT_TRUE(help.starts_with(command->summary)) << command->name;
    EXPECT_NE(help.find(Cat("Usage:\n  bd ", command->name)), std::string::npos) << command->name;
    EXPECT_NE(help.find("Global Flags:\n"), std::string::npos) << command->name;
    EXPECT_FALSE(command->summary.empty() || command->summary.ends_with('.')) << command->name;
    for (std::string_view line : Split(help, '\n')) {
      EXPECT_FALSE(line.ends_with(' ')) << command->name << ": '" << line << "'";
      EXPECT_LE(DisplayWidth(line), 120) << command->name << ": " << line;
    }
  }
}

TEST(Help, FlagsAreListedUnlessTheyAreHidden) {
  for (const Command* command : AllCommands()) {
    const std::string help = CommandHelp(*command);
    std::set<std::string_view> names;
    std::set<char> letters;
    for (std::span<const Flag> flags : {command->flags, GlobalFlags()}) {
      for (const Flag& flag : flags) {
        EXPECT_TRUE(names.insert(flag.name).second || flags.data() == GlobalFlags().data())
            << command->name << " --" << flag.name;
        if (flag.shorthand != 0 && flags.data() != GlobalFlags().data()) {
          EXPECT_TRUE(letters.insert(flag.shorthand).second) << command->name << " -" << flag.shorthand;
        }
        const bool listed = help.find(Cat("--", flag.name, " ")) != std::string::npos;
        if (!flag.hidden) {
          EXPECT_TRUE(listed) << command->name << " --" << flag.name;
          EXPECT_FALSE(flag.help.empty()) << command->name << " --" << flag.name;
        }
      }
    }
  }
}

TEST(Help, TheRootListsWhatIsNeitherHiddenNorOld) {
  const std::string help = RootHelp();
  for (const Command* command : AllCommands()) {
    if (!GroupOf(command->name).empty()) continue;
    const bool listed = help.find(Cat("\n  ", command->name, " ")) != std::string::npos;
    EXPECT_EQ(listed, !command->hidden && command->deprecated.empty()) << command->name;
  }
}

TEST(Help, GroupsListTheirCommands) {
  const std::string help = CommandHelp(*FindCommand("dep"));
  EXPECT_NE(help.find("Available Commands:\n"), std::string::npos);
  EXPECT_NE(help.find("\n  cycles "), std::string::npos);
  EXPECT_EQ(GroupOf("dep add"), "dep");
  EXPECT_EQ(LeafOf("dep add"), "add");
  EXPECT_EQ(GroupOf("list"), "");
  EXPECT_EQ(LeafOf("list"), "list");
}

TEST(Help, MistypedWordsLeadToNearOnes) {
  auto suggests = [](std::string_view group, std::string_view word, const std::string& wanted) {
    const std::vector<std::string> names = Suggestions(group, word);
    return std::find(names.begin(), names.end(), wanted) != names.end();
  };
  EXPECT_TRUE(suggests("", "lst", "list"));
  EXPECT_TRUE(suggests("", "LIST", "list"));
  EXPECT_TRUE(suggests("", "cre", "create"));
  EXPECT_TRUE(suggests("dep", "ad", "add"));
  EXPECT_FALSE(suggests("", "ad", "add"));
  EXPECT_TRUE(Suggestions("", "entirelydifferent").empty());
}

TEST(Help, UsageBelowAnErrorNamesTheCommand) {
  EXPECT_TRUE(UsageText(nullptr).starts_with("Usage:\n  bd [flags]\n  bd [command]\n"));
  EXPECT_TRUE(UsageText(FindCommand("show")).starts_with("Usage:\n  bd show"));
}

}  // namespace
}  // namespace bd
