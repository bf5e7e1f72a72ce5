// What lines of issues (the shared file, an export) and JSON answers show of the registers.
#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

// (issue, field); fields: title, notes, description, design, type, status, priority, assignee, exists,
// label:L, dep:ID, comment:TEXT. Settings are fields too: of the "issue" that SettingsOf names.
struct Register {
  std::string issue, field;
  friend auto operator<=>(const Register&, const Register&) = default;
};

inline constexpr std::string_view kAnyIssue = "*";
// The field of which it is said that an issue began anew, under the id of a deleted one: the fields that were
// not given have what new issues have.
inline constexpr std::string_view kAnew = "anew";
inline constexpr std::string_view kPresent = "present";
inline constexpr std::string_view kAbsent = "absent";

// The settings of the workspace in this directory, as if they were an issue.
std::string SettingsOf(std::string_view directory);

struct Shown {
  std::set<std::string> issues;  // with tombstones
  std::map<Register, std::string> values;
  std::vector<std::string> broken;  // lines that are no issues
  std::string problem;  // the first of them that is not in `carried`, or an id that stands there twice
};
Shown ReadLines(std::string_view lines, const std::set<std::string>& carried = {});
// What the JSON answer of `show` or `list` shows: only members that every issue has there.
Shown ReadAnswer(std::string_view json);

}  // namespace sim
