#include "engine/types/vocabulary.h"

#include <algorithm>

#include "engine/base/text.h"

namespace bd {

namespace {

template <size_t N>
bool Contains(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What an issue may be set to.
constexpr std::string_view kStatuses[] = {status::kOpen,     status::kInProgress, status::kBlocked,
                                          status::kDeferred, status::kClosed,     status::kPinned,
                                          status::kHooked};

}  // namespace

const std::array<TypeDescription, 5> kCoreTypes = {{
    {"task", "General work item (default)"},
    {"bug", "Bug report or defect"},
    {"feature", "New feature or enhancement"},
    {"chore", "Maintenance or housekeeping"},
    {"epic", "Large body of work spanning multiple issues"},
}};

bool IsKnownStatus(std::string_view word, const Vocabulary& vocabulary) {
  return word == status::kTombstone || Contains(kStatuses, word) ||
         Contains(vocabulary.custom_statuses, word);
}

std::string WhichStatuses(const Vocabulary& vocabulary) {
  std::vector<std::string> words(std::begin(kStatuses), std::end(kStatuses));
  words.insert(words.end(), vocabulary.custom_statuses.begin(), vocabulary.custom_statuses.end());
  return Cat("statuses are ", Join(words, ", "), "; 'bd config set status.custom A,B' names your own");
}

bool IsKnownAgentState(std::string_view state) {
  constexpr std::string_view kStates[] = {"",      "idle", "spawning", "running", "working",
                                          "stuck", "done", "stopped",  "dead"};
  return Contains(kStates, state);
}

bool IsKnownType(std::string_view type, const Vocabulary& vocabulary) {
  const bool core = std::any_of(kCoreTypes.begin(), kCoreTypes.end(),
                                [type](const TypeDescription& t) { return t.name == type; });
  return core || type == "event" || Contains(vocabulary.custom_types, type);
}

std::string WhichTypes(const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  for (const TypeDescription& type : kCoreTypes) words.emplace_back(type.name);
  words.insert(words.end(), vocabulary.custom_types.begin(), vocabulary.custom_types.end());
  return Cat("types are ", Join(words, ", "), "; 'bd config set types.custom A,B' names your own");
}

std::string CanonicalType(std::string_view type, bool command_line) {
  const std::string word = Lower(type);
  if (word == "feat" || word == "enhancement") return "feature";
  if (command_line && word == "mr") return "merge-request";
  if (command_line && word == "mol") return "molecule";
  return std::string(type);
}

bool StatusBlocks(std::string_view word) {
  constexpr std::string_view kBlocking[] = {status::kOpen, status::kInProgress, status::kBlocked,
                                            status::kDeferred, status::kHooked};
  return Contains(kBlocking, word);
}

bool EdgeAffectsReady(std::string_view type) {
  constexpr std::string_view kTypes[] = {edge::kBlocks, edge::kParentChild, edge::kConditionalBlocks,
                                         edge::kWaitsFor};
  return Contains(kTypes, type);
}

bool IsFailureReason(std::string_view reason) {
  constexpr std::string_view kWords[] = {"failed",   "rejected",  "wontfix",   "won't fix",
                                         "canceled", "cancelled", "abandoned", "blocked",
                                         "error",    "timeout",   "aborted"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [reason](std::string_view word) { return ContainsFold(reason, word); });
}

Result<int> ParsePriority(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t')) rest.remove_prefix(1);
  if (rest.starts_with('P') || rest.starts_with('p')) rest.remove_prefix(1);
  if (rest.starts_with('+')) rest.remove_prefix(1);
  const bool one_digit = !rest.empty() && rest[0] >= '0' && rest[0] <= '4' &&
                         (rest.size() == 1 || rest[1] < '0' || rest[1] > '9');
  if (!one_digit) {
    return Invalid(
        Cat("invalid priority ", Quote(text), " (expected 0-4 or P0-P4, not words like high/medium/low)"));
  }
  return rest[0] - '0';
}

}  // namespace bd
