// The flags that list, search, count and export share, and what they mean.
#pragma once

#include <array>

#include "bd/command.h"
#include "engine/types/filter.h"

namespace bd {

template <size_t A, size_t B>
constexpr std::array<Flag, A + B> JoinFlags(const std::array<Flag, A>& a, const std::array<Flag, B>& b) {
  std::array<Flag, A + B> all{};
  for (size_t i = 0; i < A; ++i) all[i] = a[i];
  for (size_t i = 0; i < B; ++i) all[A + i] = b[i];
  return all;
}

inline constexpr std::array kFilterFlags = {
    Flag{"status", FlagType::kString, "Filter by status", 's'},
    Flag{"assignee", FlagType::kString, "Filter by assignee", 'a'},
    Flag{"type", FlagType::kString, "Filter by type", 't'},
    Flag{"label", FlagType::kList, "Filter by labels: all of them", 'l'},
    Flag{"label-any", FlagType::kList, "Filter by labels: at least one"},
    Flag{"title-contains", FlagType::kString, "Title contains"},
    Flag{"desc-contains", FlagType::kString, "Description contains"},
    Flag{"notes-contains", FlagType::kString, "Notes contain"},
    Flag{"created-after", FlagType::kString, "Created after (2025-01-15, -7d, yesterday)"},
    Flag{"created-before", FlagType::kString, "Created before"},
    Flag{"updated-after", FlagType::kString, "Updated after"},
    Flag{"updated-before", FlagType::kString, "Updated before"},
    Flag{"closed-after", FlagType::kString, "Closed after"},
    Flag{"closed-before", FlagType::kString, "Closed before"},
    Flag{"empty-description", FlagType::kBool, "Without a description"},
    Flag{"no-assignee", FlagType::kBool, "Without an assignee"},
    Flag{"no-labels", FlagType::kBool, "Without labels"},
};

// Priorities as 0-4 or P0-P4.
inline constexpr std::array kPriorityRangeFlags = {
    Flag{"priority-min", FlagType::kString, "Priority at least (0-4 or P0-P4)"},
    Flag{"priority-max", FlagType::kString, "Priority at most (0-4 or P0-P4)"},
};

// The conditions of kFilterFlags.
Result<IssueFilter> ReadFilterFlags(const Invocation& invocation);
// Adds --priority-min and --priority-max.
Status ReadPriorityRange(const Invocation& invocation, IssueFilter& filter);

// The time that a flag gives, if it is given: `Error parsing --FLAG: cannot parse time expression: ...`
Result<std::optional<Time>> ReadTimeFlag(const Invocation& invocation, std::string_view flag);

// Labels of a filter: trimmed, empty ones and repetitions dropped.
std::vector<std::string> CleanLabels(const std::vector<std::string>& labels);

}  // namespace bd
