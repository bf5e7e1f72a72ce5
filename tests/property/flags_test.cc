// The grammar of flags. A test draws what is meant (which flags have which values), spells it in one of
// the ways that the grammar has, and demands that the parser finds what was meant.
#include "bd/flags.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "engine/base/text.h"
#include "tests/property/generators.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {
    {.name = "quiet", .type = FlagType::kBool, .help = "", .shorthand = 'q'},
    {.name = "all", .type = FlagType::kBool, .help = "", .shorthand = 'a', .default_value = "true"},
    {.name = "long-only", .type = FlagType::kBool, .help = ""},
    {.name = "title", .type = FlagType::kString, .help = "", .shorthand = 't'},
    {.name = "name", .type = FlagType::kString, .help = "", .alias_of = "title"},
    {.name = "kind", .type = FlagType::kString, .help = "", .default_value = "task"},
    {.name = "limit", .type = FlagType::kInt, .help = "", .shorthand = 'n', .default_value = "10"},
    {.name = "wait", .type = FlagType::kDuration, .help = "", .shorthand = 'w'},
    {.name = "label", .type = FlagType::kList, .help = "", .shorthand = 'l'},
    {.name = "message", .type = FlagType::kArray, .help = "", .shorthand = 'm'},
};

const Flag& Target(const Flag& flag) {
  for (const Flag& other : kFlags) {
    if (other.name == flag.alias_of) return other;
  }
  return flag;
}

// What is meant.
struct Meaning {
  std::map<std::string, std::string> texts;  // as FlagValues::Text
  std::map<std::string, std::vector<std::string>> lists;
  std::set<std::string> given;
  std::vector<std::string> positionals;
};

// One flag or positional as arguments.
struct Spelling {
  std::vector<std::string> arguments;
  bool ends_bundle = true;  // the last argument cannot be followed by another short flag
};

std::string Quoted(const std::string& item) {
  if (item.find_first_of(",\"\n") == std::string::npos && arbitrary::Chance(70)) return item;
  std::string out = "\"";
  for (char c : item) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

// A value for a flag, its effect noted in the meaning.
std::string AnyValue(const Flag& flag, Meaning& meaning) {
  const std::string name(Target(flag).name);
  meaning.given.insert(name);
  switch (flag.type) {
    case FlagType::kBool: {
      const bool on = arbitrary::Chance(50);
      meaning.texts[name] = on ? "true" : "false";
      return on ? *rc::gen::element<std::string>("true", "1", "t", "T", "TRUE", "True")
                : *rc::gen::element<std::string>("false", "0", "f", "F", "FALSE", "False");
    }
    case FlagType::kString: return meaning.texts[name] = *arbitrary::Text();
    case FlagType::kInt: return meaning.texts[name] = std::to_string(*rc::gen::arbitrary<int64_t>() / 2);
    case FlagType::kDuration: return meaning.texts[name] = Cat(*rc::gen::inRange(0, 999), "ms");
    case FlagType::kArray: return meaning.lists[name].emplace_back(*arbitrary::Text());
    case FlagType::kList: break;
  }
  std::vector<std::string> items;
  for (int i = *rc::gen::inRange(0, 3); i >= 0; --i) {
    const std::string item = "x" + *arbitrary::Text();
    meaning.lists[name].push_back(item);
    items.push_back(Quoted(item));
  }
  return Join(items, ",");
}

Spelling AnyLong(const Flag& flag, Meaning& meaning) {
  const std::string name = Cat("--", flag.name);
  if (flag.type == FlagType::kBool && arbitrary::Chance(50)) {
    const std::string target(Target(flag).name);
    meaning.given.insert(target);
    meaning.texts[target] = "true";
    return {{name}};
  }
  const std::string value = AnyValue(flag, meaning);
  if (flag.type == FlagType::kBool || arbitrary::Chance(50)) return {{Cat(name, "=", value)}};
  return {{name, value}};
}

Spelling AnyShort(const Flag& flag, Meaning& meaning) {
  const std::string name = Cat("-", flag.shorthand);
  if (flag.type == FlagType::kBool && arbitrary::Chance(70)) {
    meaning.given.insert(std::string(flag.name));
    meaning.texts[std::string(flag.name)] = "true";
    return {{name}, false};
  }
  const std::string value = AnyValue(flag, meaning);
  const int way = *rc::gen::inRange(0, 3);
  if (flag.type == FlagType::kBool || (way == 0 && !value.empty())) return {{Cat(name, "=", value)}};
  // A value in the same argument must not be empty, nor begin with what separates it.
  if (way == 1 && !value.empty() && value[0] != '=') return {{name + value}};
  return {{name, value}};
}

Spelling AnyPositional(Meaning& meaning) {
  std::string word = *arbitrary::Text();
  if (word.size() > 1 && word[0] == '-') word = "x" + word;
  if (arbitrary::Chance(20)) word = "-";
  meaning.positionals.push_back(word);
  return {{word}};
}

std::vector<std::string> AnyArguments(Meaning& meaning) {
  std::vector<std::string> arguments;
  bool bundle_open = false;
  for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
    const Flag& flag = kFlags[*rc::gen::resize(100, rc::gen::inRange<size_t>(0, std::size(kFlags)))];
    const bool is_short = flag.shorthand != 0 && arbitrary::Chance(50);
    const Spelling spelling = arbitrary::Chance(20) ? AnyPositional(meaning)
                              : is_short            ? AnyShort(flag, meaning)
                                                    : AnyLong(flag, meaning);
    const std::string& first = spelling.arguments.front();
    const bool bundled = bundle_open && first.size() > 1 && first[0] == '-' && first[1] != '-';
    if (bundled) {
      arguments.back() += first.substr(1);
      arguments.insert(arguments.end(), spelling.arguments.begin() + 1, spelling.arguments.end());
    } else {
      arguments.insert(arguments.end(), spelling.arguments.begin(), spelling.arguments.end());
    }
    bundle_open = !spelling.ends_bundle;
  }
  if (arbitrary::Chance(30)) {
    arguments.emplace_back("--");
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
      arguments.push_back(*rc::gen::element<std::string>("--title", "-q", "--", "-", "x"));
      meaning.positionals.push_back(arguments.back());
    }
  }
  return arguments;
}

RC_GTEST_PROP(FlagLaws, WhatIsSpeltInAnyWayIsUnderstoodAsMeant, ()) {
  Meaning meaning;
  const std::vector<std::string> arguments = AnyArguments(meaning);
  for (const std::string& argument : arguments) RC_LOG() << Quote(argument) << " ";
  FlagParser parser({kFlags});
  const std::vector<std::string> positionals = arbitrary::Get(parser.Parse(arguments));
  RC_ASSERT(positionals == meaning.positionals);
  const FlagValues values = parser.TakeValues();
  for (const Flag& flag : kFlags) {
    const std::string name(flag.name);
    if (!flag.alias_of.empty()) continue;
    RC_ASSERT(values.Has(name) == meaning.given.contains(name));
    if (flag.type == FlagType::kList || flag.type == FlagType::kArray) {
      RC_ASSERT(values.List(name) == meaning.lists[name]);
      continue;
    }
    std::string unset(flag.default_value);
    if (unset.empty() && flag.type == FlagType::kBool) unset = "false";
    RC_ASSERT(values.Text(name) == (meaning.given.contains(name) ? meaning.texts[name] : unset));
    if (flag.type == FlagType::kInt) RC_ASSERT(std::to_string(values.Int(name)) == values.Text(name));
  }
}

RC_GTEST_PROP(FlagLaws, AnyArgumentsAreUnderstoodOrRefusedWithTheUsage, ()) {
  const auto arguments = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("-", "--", "-q", "-qn", "-qn5", "-q=x", "--title", "--title=", "--=x",
                                    "---", "-z", "--zz", "--quiet=maybe", "-n", "0x1f", "5", "\"", "-l",
                                    "a,\"b", "-=", "-t=", "--limit=9999999999999999999", "-w", "1h", "x"));
  FlagParser parser({kFlags});
  const auto positionals = parser.Parse(arguments);
  if (!positionals) RC_ASSERT(positionals.error().code == Code::kUsage);
}

// Which command is meant is found before its flags are known.
RC_GTEST_PROP(FlagLaws, PositionalsAreFoundWithoutJudgingTheFlags, ()) {
  Meaning meaning;
  std::vector<std::string> arguments = AnyArguments(meaning);
  RC_PRE(std::find(arguments.begin(), arguments.end(), "--") == arguments.end());
  // A short flag with its value in the next argument is told only where it stands alone.
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool bundle = arguments[i].size() > 2 && arguments[i][0] == '-' && arguments[i][1] != '-';
    RC_PRE(!bundle);
  }
  FlagParser parser({kFlags});
  std::vector<std::string> found;
  for (size_t index : parser.PositionalIndexes(arguments)) found.push_back(arguments[index]);
  RC_ASSERT(found == meaning.positionals);
}

// Go's units, the greatest first.
RC_GTEST_PROP(FlagLaws, ADurationIsTheSumOfItsParts, ()) {
  const int64_t hours = *rc::gen::inRange(0, 100), minutes = *rc::gen::inRange(0, 200),
                seconds = *rc::gen::inRange(0, 200), ms = *rc::gen::inRange(0, 2000);
  const std::string text = Cat(hours, "h", minutes, "m", seconds, "s", ms, "ms");
  const int64_t expected = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
  RC_ASSERT(ParseDuration(text) == std::optional(expected));
  RC_ASSERT(ParseDuration("-" + text) == std::optional(-expected));
  RC_ASSERT(!ParseDuration(text + "5").has_value());
}

}  // namespace
}  // namespace bd
