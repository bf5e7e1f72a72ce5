// bd/flags.h: the texts of errors that clients know, CSV and durations; the grammar itself is a law of
// tests/property/flags_test.cc.
#include "bd/flags.h"

#include <gtest/gtest.h>

#include "tests/support/must.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"quiet", kBool, "", 'q'},
    {"limit", kInt, "", 'n', "50"},
    {"title", kString, "", 't'},
    {"wait", kDuration, "", 'w'},
    {"labels", kList, "", 'l'},
    {"note", kArray, ""},
    {"subject", kString, "", 0, "", "title"},
};

std::string Problem(std::vector<std::string> arguments) {
  FlagParser parser({kFlags});
  const Result<std::vector<std::string>> parsed = parser.Parse(arguments);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, Code::kUsage);
  return parsed.error().message;
}

FlagValues Parsed(std::vector<std::string> arguments, std::vector<std::string> positionals = {}) {
  FlagParser parser({kFlags});
  EXPECT_EQ(Must(parser.Parse(arguments)), positionals);
  return parser.TakeValues();
}

TEST(FlagErrors, AreThoseThatClientsKnow) {
  EXPECT_EQ(Problem({"--none"}), "unknown flag: --none");
  EXPECT_EQ(Problem({"--none=x"}), "unknown flag: --none");
  EXPECT_EQ(Problem({"-x"}), "unknown shorthand flag: 'x' in -x");
  EXPECT_EQ(Problem({"-qxn"}), "unknown shorthand flag: 'x' in -xn");
  EXPECT_EQ(Problem({"--title"}), "flag needs an argument: --title");
  EXPECT_EQ(Problem({"-qt"}), "flag needs an argument: 't' in -t");
  EXPECT_EQ(Problem({"--=x"}), "bad flag syntax: --=x");
  EXPECT_EQ(Problem({"---x"}), "bad flag syntax: ---x");
  EXPECT_TRUE(Problem({"--limit", "x"}).starts_with("invalid argument \"x\" for \"-n, --limit\" flag"));
  EXPECT_TRUE(
      Problem({"--quiet=perhaps"}).starts_with("invalid argument \"perhaps\" for \"-q, --quiet\" flag"));
  EXPECT_TRUE(Problem({"--note"}).starts_with("flag needs an argument"));
}

TEST(FlagValuesOf, WhatIsNotGivenHasItsDefault) {
  const FlagValues values = Parsed({});
  EXPECT_FALSE(values.Has("limit"));
  EXPECT_EQ(values.Int("limit"), 50);
  EXPECT_FALSE(values.Bool("quiet"));
  EXPECT_EQ(values.Text("title"), "");
  EXPECT_EQ(values.TextIfGiven("title"), std::nullopt);
  EXPECT_TRUE(values.List("labels").empty());
}

TEST(FlagValuesOf, AnEmptyValueIsGiven) {
  const FlagValues values = Parsed({"--title=", "--labels", ""});
  EXPECT_EQ(values.TextIfGiven("title"), "");
  EXPECT_TRUE(values.Has("labels"));
  EXPECT_TRUE(values.List("labels").empty());
}

TEST(FlagValuesOf, TheLastOneCountsAndListsGrow) {
  const FlagValues values =
      Parsed({"-n5", "--limit=0x10", "-l", "a,b", "-l=c", "--note", "x,y", "--note", "z"});
  EXPECT_EQ(values.Int("limit"), 16);
  EXPECT_EQ(values.List("labels"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(values.List("note"), (std::vector<std::string>{"x,y", "z"}));
}

TEST(FlagValuesOf, AnAliasIsTheFlagItself) { EXPECT_EQ(Parsed({"--subject", "x"}).Text("title"), "x"); }

TEST(FlagValuesOf, ATruthValueTakesNoWordAndADashIsOne) {
  const FlagValues values =
      Parsed({"--quiet", "false", "-", "--", "--limit", "-q"}, {"false", "-", "--limit", "-q"});
  EXPECT_TRUE(values.Bool("quiet"));
  EXPECT_EQ(values.Int("limit"), 50);
  EXPECT_FALSE(Parsed({"--quiet=false"}).Bool("quiet"));
}

TEST(Csv, ItemsMayBeQuoted) {
  using Items = std::vector<std::string>;
  EXPECT_EQ(Must(ParseCsv("a,b c,,")), (Items{"a", "b c", "", ""}));
  EXPECT_EQ(Must(ParseCsv(R"("a,b",c)")), (Items{"a,b", "c"}));
  EXPECT_EQ(Must(ParseCsv(R"("say ""x""",y)")), (Items{"say \"x\"", "y"}));
  EXPECT_EQ(Must(ParseCsv("")), Items{});
  for (const char* text : {"a\"b", "\"a", "\"a\"b", "\""}) {
    EXPECT_EQ(ParseCsv(text).error().code, Code::kInvalid) << text;
  }
}

TEST(Duration, IsWrittenAsGoDoes) {
  EXPECT_EQ(ParseDuration("0"), 0);
  EXPECT_EQ(ParseDuration("300ms"), 300);
  EXPECT_EQ(ParseDuration("1m30s"), 90'000);
  EXPECT_EQ(ParseDuration("1.5h"), 5'400'000);
  EXPECT_EQ(ParseDuration("-2s"), -2000);
  EXPECT_EQ(ParseDuration("1500us"), 1);
  for (const char* text : {"", "5", "s", "1x", "1 s", "1.s.", ".s", "99999999999999h", "--1s", "1s-1s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(PositionalIndexesOf, FlagsOfACommandThatIsNotKnownYetAreGuessed) {
  const FlagParser parser({kFlags});
  auto indexes = [&parser](std::vector<std::string> arguments) {
    return parser.PositionalIndexes(arguments);
  };
  using Indexes = std::vector<size_t>;
  EXPECT_EQ(indexes({"--quiet", "list"}), Indexes{1});
  EXPECT_EQ(indexes({"--unknown", "value", "list"}), Indexes{2});
  EXPECT_EQ(indexes({"--unknown=value", "list", "x"}), (Indexes{1, 2}));
  EXPECT_EQ(indexes({"-n", "5", "list"}), Indexes{2});
  EXPECT_EQ(indexes({"-n5", "list", "--", "x"}), Indexes{1});
}

}  // namespace
}  // namespace bd
