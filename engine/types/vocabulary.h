// The words of the interface: statuses, types, edge types, priorities, and what follows from them.
// Source: the behaviour of release 0.49.6 (docs/formats/jsonl.md lists the values).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace bd {

namespace status {
inline constexpr std::string_view kOpen = "open";
inline constexpr std::string_view kInProgress = "in_progress";
inline constexpr std::string_view kBlocked = "blocked";
inline constexpr std::string_view kDeferred = "deferred";
inline constexpr std::string_view kClosed = "closed";
inline constexpr std::string_view kTombstone = "tombstone";
inline constexpr std::string_view kPinned = "pinned";
inline constexpr std::string_view kHooked = "hooked";
}  // namespace status

namespace edge {
inline constexpr std::string_view kBlocks = "blocks";
inline constexpr std::string_view kParentChild = "parent-child";
inline constexpr std::string_view kConditionalBlocks = "conditional-blocks";
inline constexpr std::string_view kWaitsFor = "waits-for";
inline constexpr std::string_view kRelatesTo = "relates-to";
inline constexpr std::string_view kDuplicates = "duplicates";
inline constexpr std::string_view kSupersedes = "supersedes";
}  // namespace edge

// Words that a workspace adds to the built-in ones (settings status.custom and types.custom).
struct Vocabulary {
  std::vector<std::string> custom_statuses;
  std::vector<std::string> custom_types;
};

bool IsKnownStatus(std::string_view status, const Vocabulary& vocabulary);
bool IsKnownType(std::string_view type, const Vocabulary& vocabulary);
// Hints for who wrote another word.
std::string WhichStatuses(const Vocabulary& vocabulary);
std::string WhichTypes(const Vocabulary& vocabulary);
// What an agent may say of itself; empty: nothing.
bool IsKnownAgentState(std::string_view state);

struct TypeDescription {
  std::string_view name;
  std::string_view description;
};
// In the order in which people are told.
extern const std::array<TypeDescription, 5> kCoreTypes;

// "feat" and "enhancement" mean feature; on the command line "mr" and "mol" have meanings too.
// Letter case does not count for these; anything else comes back as it is.
std::string CanonicalType(std::string_view type, bool command_line = true);

// An issue in one of these statuses holds up what depends on it by `blocks`.
bool StatusBlocks(std::string_view status);
// Edges of these types decide what is ready.
bool EdgeAffectsReady(std::string_view type);
// A close reason that tells of a failure: a conditional-blocks edge is then satisfied.
bool IsFailureReason(std::string_view reason);

// 0 to 4 or P0 to P4. Leading blanks, a plus sign, and what follows the digits are accepted.
Result<int> ParsePriority(std::string_view text);

constexpr size_t kTitleBytesMax = 500;
constexpr size_t kEdgeTypeBytesMax = 50;
constexpr std::string_view kExternalPrefix = "external:";

}  // namespace bd
