#include "bd/filter_flags.h"

#include <algorithm>

#include "bd/time_expression.h"
#include "engine/base/text.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace {

Status ReadRange(const Invocation& invocation, std::string_view name, TimeRange& range) {
  range.after = TRY(ReadTimeFlag(invocation, Cat(name, "-after")));
  range.before = TRY(ReadTimeFlag(invocation, Cat(name, "-before")));
  return Ok();
}

}  // namespace

std::vector<std::string> CleanLabels(const std::vector<std::string>& labels) {
  std::vector<std::string> clean;
  for (const std::string& label : labels) {
    const std::string text(Trim(label));
    if (!text.empty() && std::find(clean.begin(), clean.end(), text) == clean.end()) clean.push_back(text);
  }
  return clean;
}

Result<std::optional<Time>> ReadTimeFlag(const Invocation& invocation, std::string_view flag) {
  const std::string text = invocation.flags.Text(flag);
  if (text.empty()) return std::optional<Time>();
  std::optional<Time> time = ParseTimeExpression(text, invocation.now);
  if (time) return time;
  return Error{Code::kInvalid,
               Cat("Error parsing --", flag, ": cannot parse time expression: ", Quote(text),
                   " (examples: +6h, tomorrow, 2025-01-15)"),
               "", true};
}

Result<IssueFilter> ReadFilterFlags(const Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  IssueFilter filter;
  filter.now = invocation.now;
  if (!flags.Text("status").empty()) filter.status = flags.Text("status");
  if (!flags.Text("type").empty()) filter.type = CanonicalType(flags.Text("type"));
  if (!flags.Text("assignee").empty()) filter.assignee = flags.Text("assignee");
  filter.labels_all = CleanLabels(flags.List("label"));
  filter.labels_any = CleanLabels(flags.List("label-any"));
  filter.title_contains = flags.Text("title-contains");
  filter.description_contains = flags.Text("desc-contains");
  filter.notes_contains = flags.Text("notes-contains");
  filter.empty_description = flags.Bool("empty-description");
  filter.no_assignee = flags.Bool("no-assignee");
  filter.no_labels = flags.Bool("no-labels");
  TRY(ReadRange(invocation, "created", filter.created));
  TRY(ReadRange(invocation, "updated", filter.updated));
  TRY(ReadRange(invocation, "closed", filter.closed));
  return filter;
}

Status ReadPriorityRange(const Invocation& invocation, IssueFilter& filter) {
  auto read = [&](std::string_view flag) -> Result<std::optional<int64_t>> {
    const std::string text = invocation.flags.Text(flag);
    if (text.empty()) return std::optional<int64_t>();
    Result<int> priority = ParsePriority(text);
    if (priority) return std::optional<int64_t>(*priority);
    return Error{Code::kInvalid, Cat("Error parsing --", flag, ": ", priority.error().message), "", true};
  };
  filter.priority_min = TRY(read("priority-min"));
  filter.priority_max = TRY(read("priority-max"));
  return Ok();
}

}  // namespace bd
