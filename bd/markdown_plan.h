// A plan of issues as a Markdown text:
//
//   ## Title                 begins an issue; text before the first ### is its description
//   ### Priority | Type | Description | Design | Acceptance Criteria | Assignee | Labels | Dependencies
//                            sections; letter case does not count; unknown ones are passed over
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bd {

struct PlannedIssue {
  std::string title, description, design, acceptance, assignee, type, priority;
  std::vector<std::string> labels, dependencies;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("title", self.title);
    visit("description", self.description);
    visit("design", self.design);
    visit("acceptance", self.acceptance);
    visit("assignee", self.assignee);
    visit("type", self.type);
    visit("priority", self.priority);
    visit("labels", self.labels);
    visit("dependencies", self.dependencies);
  }
};

std::vector<PlannedIssue> ParsePlan(std::string_view text);

}  // namespace bd
