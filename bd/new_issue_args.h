// What create and q share: the request for one new issue.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bd/command.h"
#include "engine/edit/create.h"
#include "engine/types/issue_json.h"

namespace bd {

struct NewIssueArgs {
  Issue issue;
  std::string parent;
  std::vector<std::string> dependencies;  // "type:id" or "id"
  std::string waits_for;
  bool waits_for_any = false;
  bool any_prefix = false;
  std::string id_prefix;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issue", self.issue);
    visit("parent", self.parent);
    visit("dependencies", self.dependencies);
    visit("waits_for", self.waits_for);
    visit("waits_for_any", self.waits_for_any);
    visit("any_prefix", self.any_prefix);
    visit("id_prefix", self.id_prefix, kOmitEmpty);
  }
};

// One of a few known words; an empty one is fine.
Status CheckWord(std::string_view name, const std::string& word, std::span<const std::string_view> known);
inline constexpr std::string_view kWaitsForGates[] = {"all-children", "any-children"};
// mol_type and wisp_type.
Status CheckKinds(const Issue& issue);

Result<Issue> CreateFrom(EditContext& context, const NewIssueArgs& args);

}  // namespace bd
