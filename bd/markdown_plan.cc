#include "bd/markdown_plan.h"

#include "engine/base/text.h"

namespace bd {

namespace {

// Items separated by commas or white space, or as a list of lines.
std::vector<std::string> Items(std::string_view text) {
  std::vector<std::string> items;
  for (const std::string& line : Split(text, '\n')) {
    for (const std::string& part : Split(line, ',')) {
      std::string_view item = Trim(part);
      if (item.starts_with("- ") || item.starts_with("* ")) item = Trim(item.substr(2));
      if (!item.empty()) items.emplace_back(item);
    }
  }
  return items;
}

void Store(PlannedIssue& issue, std::string_view section, std::string_view text) {
  const std::string name = Lower(section);
  const std::string value(Trim(text));
  if (name == "priority") issue.priority = value;
  if (name == "type") issue.type = value;
  if (name == "description" || (name.empty() && issue.description.empty())) issue.description = value;
  if (name == "design") issue.design = value;
  if (name == "acceptance" || name == "acceptance criteria") issue.acceptance = value;
  if (name == "assignee") issue.assignee = value;
  if (name == "labels") issue.labels = Items(value);
  if (name == "dependencies" || name == "deps") issue.dependencies = Items(value);
}

}  // namespace

std::vector<PlannedIssue> ParsePlan(std::string_view text) {
  std::vector<PlannedIssue> issues;
  std::string section, content;
  auto finish = [&] {
    if (!issues.empty()) Store(issues.back(), section, content);
    content.clear();
  };
  for (const std::string& raw : Split(text, '\n')) {
    std::string_view line = raw;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("## ")) {
      finish();
      section.clear();
      issues.emplace_back();
      issues.back().title = Trim(line.substr(3));
    } else if (line.starts_with("### ")) {
      finish();
      section = Trim(line.substr(4));
    } else {
      content.append(line).push_back('\n');
    }
  }
  finish();
  return issues;
}

}  // namespace bd
