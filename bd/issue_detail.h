// Everything about one issue, as show tells it.
#pragma once

#include "bd/issue_view.h"

namespace bd {

struct Detail {
  Issue issue;
  std::vector<LinkedRecord> dependencies, dependents;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issue", self.issue);
    visit("dependencies", self.dependencies);
    visit("dependents", self.dependents);
  }
  void PrintJson(JsonWriter& out) const;
};

// The issue must exist. `mode` is that of the command: "short" has no links, "children" only those.
Result<Detail> LoadDetail(Tx& tx, const std::string& id, const std::string& mode);

}  // namespace bd
