#include "sim/run/shown.h"

#include <optional>

#include "engine/base/json.h"
#include "engine/types/issue_json.h"

namespace sim {

namespace {

void Show(const bd::Issue& issue, Shown& shown) {
  auto set = [&](const std::string& field, std::string value) {
    shown.values[{issue.id, field}] = std::move(value);
  };
  shown.issues.insert(issue.id);
  set("exists", std::string(issue.IsTombstone() ? kAbsent : kPresent));
  if (issue.IsTombstone()) return;
  set("title", issue.title);
  set("notes", issue.notes);
  set("status", issue.status);
  set("description", issue.description);
  set("design", issue.design);
  set("type", issue.issue_type);
  set("priority", std::to_string(issue.priority));
  set("assignee", issue.assignee);
  for (const std::string& label : issue.labels) set("label:" + label, std::string(kPresent));
  for (const bd::Dependency& edge : issue.dependencies)
    set("dep:" + edge.depends_on_id, std::string(kPresent));
  for (const bd::Comment& comment : issue.comments) {
    set("comment:" + comment.text, std::string(kPresent));
    set("members of comment:" + comment.text, comment.extra.text);
  }
  set("members", issue.extra.text);
}

}  // namespace

std::string SettingsOf(std::string_view directory) { return "settings of " + std::string(directory); }

Shown ReadAnswer(std::string_view json) {
  Shown shown;
  bd::Result<bd::JsonDocument> document = bd::JsonDocument::Parse(json);
  if (!document || !document->root().IsArray()) return shown.problem = "it is no array", shown;
  for (size_t i = 0; i < document->root().size(); ++i) {
    const bd::JsonValue issue = document->root().At(i);
    const std::optional<bd::JsonValue> id = issue.Find("id");
    if (!id || !id->AsString()) return shown.problem = "an issue without an id", shown;
    shown.issues.insert(*id->AsString());
    for (const char* field : {"title", "status"}) {
      const std::optional<bd::JsonValue> value = issue.Find(field);
      if (value && value->AsString()) shown.values[{*id->AsString(), field}] = *value->AsString();
    }
    const std::optional<bd::JsonValue> priority = issue.Find("priority");
    if (priority && priority->AsInt()) {
      shown.values[{*id->AsString(), "priority"}] = std::to_string(*priority->AsInt());
    }
  }
  return shown;
}

Shown ReadLines(std::string_view lines, const std::set<std::string>& carried) {
  Shown shown;
  auto complain = [&shown](int number, const std::string& what) {
    if (shown.problem.empty()) shown.problem = "line " + std::to_string(number) + ": " + what;
  };
  for (int number = 1; !lines.empty(); ++number) {
    const size_t end = lines.find('\n');
    const std::string line(lines.substr(0, end));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    bd::Result<bd::ParsedLine> parsed = bd::ParseIssueLine(line);
    if (!parsed || end == std::string_view::npos) {
      if (!carried.contains(line)) complain(number, parsed ? "has no end" : parsed.error().message);
      shown.broken.push_back(line);
    } else if (shown.issues.contains(parsed->issue.id)) {
      complain(number, parsed->issue.id + " stands there twice");
    } else {
      Show(parsed->issue, shown);
    }
  }
  return shown;
}

}  // namespace sim
