// What was acknowledged, and what may have happened: the yardstick for what is found again.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace fault::torture {

// kMaybe: it was asked for and never acknowledged (killed, refused). It may have its effect, but only once.
enum class Fact { kNo, kMaybe, kYes };

struct Issue {
  std::string id;  // "" until it is known
  std::string title;
  Fact made = Fact::kMaybe, closed = Fact::kNo, deleted = Fact::kNo;
  std::map<std::string, Fact> comments = {}, labels = {};
  bool busy = false;     // a command on it runs
  bool retired = false;  // whether something happened is unknown: nothing more is asked of it
};

struct Book {
  std::vector<Issue> issues;
  int64_t acknowledged = 0;

  // What contradicts it in the lines of `bd export`; and how many facts were found again.
  std::vector<std::string> Compare(const std::string& exported, int64_t& found) const;
};

}  // namespace fault::torture
