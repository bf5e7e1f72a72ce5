#include "bd/flags.h"

#include <cstdlib>

#include "engine/base/assert.h"
#include "engine/base/text.h"

namespace bd {

namespace {

Error Usage(std::string message) { return {Code::kUsage, std::move(message), "", false}; }

// "-n, --limit" or "--limit"
std::string Spelling(const Flag& flag) {
  if (flag.shorthand == 0) return Cat("--", flag.name);
  return Cat("-", flag.shorthand, ", --", flag.name);
}

Error BadValue(const Flag& flag, std::string_view value, std::string_view reason) {
  return Usage(Cat("invalid argument ", Quote(value), " for \"", Spelling(flag), "\" flag: ", reason));
}

// Decimal, or with the prefixes 0x, 0o, 0b, 0.
std::optional<int64_t> ParseGoInt(std::string_view text) {
  std::string_view digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    const char kind = LowerAscii(digits[1]);
    base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
    digits.remove_prefix(kind == 'x' || kind == 'b' || kind == 'o' ? 2 : 1);
  }
  if (base == 10) return ParseInt(text);
  if (digits.empty() || digits.size() > 15) return std::nullopt;
  int64_t value = 0;
  for (char c : digits) {
    const char lower = LowerAscii(c);
    const int digit = lower >= '0' && lower <= '9'   ? lower - '0'
                      : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                                     : 99;
    if (digit >= base) return std::nullopt;
    value = value * base + digit;
  }
  return negative ? -value : value;
}

std::optional<bool> ParseGoBool(std::string_view text) {
  for (std::string_view word : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == word) return true;
  }
  for (std::string_view word : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<std::string>> ParseCsv(std::string_view text) {
  std::vector<std::string> items;
  if (text.empty()) return items;
  size_t i = 0;
  for (;;) {
    std::string item;
    if (i < text.size() && text[i] == '"') {
      for (++i;; ++i) {
        if (i >= text.size()) return Invalid("a quoted item has no closing quote");
        if (text[i] != '"') {
          item += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
          item += text[i++];
        } else {
          break;
        }
      }
      ++i;
      if (i < text.size() && text[i] != ',')
        return Invalid(
            Cat("parse error on line 1, column ", i + 1, ": extraneous or missing \" in quoted-field"));
    } else {
      for (; i < text.size() && text[i] != ','; ++i) {
        if (text[i] == '"')
          return Invalid(Cat("parse error on line 1, column ", i + 1, ": bare \" in non-quoted-field"));
        item += text[i];
      }
    }
    items.push_back(std::move(item));
    if (i >= text.size()) return items;
    ++i;  // the comma
  }
}

std::optional<int64_t> ParseDuration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  struct DurationUnit {
    std::string_view name;
    double ms;
  };
  constexpr DurationUnit kUnits[] = {{"ns", 1e-6}, {"us", 1e-3},  {"µs", 1e-3},    {"ms", 1},
                                     {"s", 1000},  {"m", 60'000}, {"h", 3'600'000}};
  double total = 0;
  while (!text.empty()) {
    size_t length = 0;
    while (length < text.size() && ((text[length] >= '0' && text[length] <= '9') || text[length] == '.'))
      ++length;
    if (length == 0 || text.substr(0, length) == ".") return std::nullopt;
    const double number = std::strtod(std::string(text.substr(0, length)).c_str(), nullptr);
    text.remove_prefix(length);
    const DurationUnit* unit = nullptr;
    for (const DurationUnit& candidate : kUnits) {
      if (text.starts_with(candidate.name) && (unit == nullptr || candidate.name.size() > unit->name.size()))
        unit = &candidate;
    }
    if (unit == nullptr) return std::nullopt;
    text.remove_prefix(unit->name.size());
    total += number * unit->ms;
  }
  if (total > 9e15) return std::nullopt;
  return static_cast<int64_t>(negative ? -total : total);
}

// --- Values

const FlagValues::Value* FlagValues::Find(std::string_view name) const {
  auto value = values_.find(name);
  return value == values_.end() ? nullptr : &value->second;
}
bool FlagValues::Has(std::string_view name) const {
  const Value* value = Find(name);
  ASSERT(value != nullptr);
  return value->given;
}
std::string FlagValues::Text(std::string_view name) const {
  const Value* value = Find(name);
  ASSERT(value != nullptr);
  return value->text;
}
std::optional<std::string> FlagValues::TextIfGiven(std::string_view name) const {
  if (!Has(name)) return std::nullopt;
  return Text(name);
}
bool FlagValues::Bool(std::string_view name) const { return Text(name) == "true"; }
int64_t FlagValues::Int(std::string_view name) const { return ParseGoInt(Text(name)).value_or(0); }
int64_t FlagValues::DurationMs(std::string_view name) const { return ParseDuration(Text(name)).value_or(0); }
std::vector<std::string> FlagValues::List(std::string_view name) const {
  const Value* value = Find(name);
  ASSERT(value != nullptr);
  return value->list;
}

// --- Parsing

FlagParser::FlagParser(std::vector<std::span<const Flag>> sets) : sets_(std::move(sets)) {
  for (const auto& set : sets_) {
    for (const Flag& flag : set) {
      if (!flag.alias_of.empty()) continue;
      FlagValues::Value value;
      value.flag = &flag;
      value.text = flag.default_value.empty() && flag.type == FlagType::kInt ? "0"
                   : flag.default_value.empty() && flag.type == FlagType::kBool
                       ? "false"
                       : std::string(flag.default_value);
      values_.values_.try_emplace(std::string(flag.name), std::move(value));
    }
  }
}

const Flag* FlagParser::FindLong(std::string_view name) const {
  for (const auto& set : sets_) {
    for (const Flag& flag : set) {
      if (flag.name == name) return &flag;
    }
  }
  return nullptr;
}

const Flag* FlagParser::FindShort(char shorthand) const {
  for (const auto& set : sets_) {
    for (const Flag& flag : set) {
      if (flag.shorthand == shorthand) return &flag;
    }
  }
  return nullptr;
}

Status FlagParser::Set(const Flag& flag, std::string_view given) {
  FlagValues::Value& value = values_.values_.find(flag.alias_of.empty() ? flag.name : flag.alias_of)->second;
  switch (flag.type) {
    case FlagType::kString: value.text = given; break;
    case FlagType::kBool: {
      std::optional<bool> flagged = ParseGoBool(given);
      if (!flagged) return BadValue(flag, given, "expected true or false");
      value.text = *flagged ? "true" : "false";
      break;
    }
    case FlagType::kInt:
      if (!ParseGoInt(given)) return BadValue(flag, given, "expected a whole number");
      value.text = given;
      break;
    case FlagType::kDuration:
      if (!ParseDuration(given))
        return BadValue(flag, given, "expected a duration such as 300ms, 5s or 1m30s");
      value.text = given;
      break;
    case FlagType::kList: {
      Result<std::vector<std::string>> items = ParseCsv(given);
      if (!items) return BadValue(flag, given, items.error().message);
      for (std::string& item : *items) value.list.push_back(std::move(item));
      break;
    }
    case FlagType::kArray: value.list.emplace_back(given); break;
  }
  value.given = true;
  return Ok();
}

Error FlagParser::UnknownFlag(std::string_view name) const {
  constexpr int kEditsMax = 2;
  constexpr size_t kLengthMin = 3;  // two edits make anything of a shorter name
  Error error = Usage(Cat("unknown flag: --", name));
  std::vector<std::string> close;
  for (std::span<const Flag> set : sets_) {
    for (const Flag& flag : set) {
      const bool alike = EditDistance(name, flag.name) <= kEditsMax || flag.name.starts_with(name);
      if (alike && !flag.hidden) close.push_back(Cat("--", flag.name));
    }
  }
  if (!close.empty() && name.size() >= kLengthMin)
    error.hint = Cat("did you mean ", Join(close, " or "), "?");
  return error;
}

// Both return the index of the next argument to read.
Result<size_t> FlagParser::ParseLong(std::span<const std::string> arguments, size_t at) {
  std::string_view text = std::string_view(arguments[at]).substr(2);
  const size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  if (name.empty() || name[0] == '-') return Usage(Cat("bad flag syntax: ", arguments[at]));
  const Flag* flag = FindLong(name);
  if (flag == nullptr) return UnknownFlag(name);
  if (equals != std::string_view::npos) {
    TRY(Set(*flag, text.substr(equals + 1)));
  } else if (flag->type == FlagType::kBool) {
    TRY(Set(*flag, "true"));
  } else {
    if (at + 1 >= arguments.size()) return Usage(Cat("flag needs an argument: --", name));
    TRY(Set(*flag, arguments[++at]));
  }
  return at + 1;
}

Result<size_t> FlagParser::ParseShort(std::span<const std::string> arguments, size_t at) {
  std::string_view rest = std::string_view(arguments[at]).substr(1);
  while (!rest.empty()) {
    const Flag* flag = FindShort(rest[0]);
    if (flag == nullptr) return Usage(Cat("unknown shorthand flag: '", rest[0], "' in -", rest));
    const std::string_view bundle = rest;
    rest.remove_prefix(1);
    if (rest.starts_with('=')) {
      TRY(Set(*flag, rest.substr(1)));
      return at + 1;
    }
    if (flag->type == FlagType::kBool) {
      TRY(Set(*flag, "true"));
      continue;
    }
    if (!rest.empty()) {
      TRY(Set(*flag, rest));
      return at + 1;
    }
    if (at + 1 >= arguments.size())
      return Usage(Cat("flag needs an argument: '", bundle[0], "' in -", bundle));
    TRY(Set(*flag, arguments[at + 1]));
    return at + 2;
  }
  return at + 1;
}

Result<std::vector<std::string>> FlagParser::Parse(std::span<const std::string> arguments) {
  std::vector<std::string> positionals;
  for (size_t at = 0; at < arguments.size();) {
    const std::string& argument = arguments[at];
    if (argument == "--") {
      positionals.insert(positionals.end(), arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                         arguments.end());
      break;
    }
    if (argument.size() < 2 || argument[0] != '-') {
      positionals.push_back(argument);
      ++at;
    } else {
      at = argument[1] == '-' ? TRY(ParseLong(arguments, at)) : TRY(ParseShort(arguments, at));
    }
  }
  return positionals;
}

std::vector<size_t> FlagParser::PositionalIndexes(std::span<const std::string> arguments) const {
  std::vector<size_t> indexes;
  for (size_t at = 0; at < arguments.size(); ++at) {
    std::string_view argument = arguments[at];
    if (argument == "--") break;
    if (argument.size() < 2 || argument[0] != '-') {
      indexes.push_back(at);
      continue;
    }
    if (argument.find('=') != std::string_view::npos) continue;
    const Flag* flag = argument[1] == '-'     ? FindLong(argument.substr(2))
                       : argument.size() == 2 ? FindShort(argument[1])
                                              : nullptr;
    const bool takes_value = argument[1] == '-' ? flag == nullptr || flag->type != FlagType::kBool
                                                : flag != nullptr && flag->type != FlagType::kBool;
    if (takes_value) ++at;
  }
  return indexes;
}

}  // namespace bd
