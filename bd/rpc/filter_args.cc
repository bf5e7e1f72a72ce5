#include "bd/rpc/filter_args.h"

#include "bd/filter_flags.h"
#include "bd/rpc/args.h"
#include "engine/base/text.h"

namespace bd {

namespace {

constexpr size_t kIdsMax = 1000;

Status ReadRanges(const FilterArgs& args, IssueFilter& filter) {
  struct Bound {
    std::string_view name;
    const std::string& text;
    std::optional<Time>& moment;
  };
  const Bound bounds[] = {{"created-after", args.created_after, filter.created.after},
                          {"created-before", args.created_before, filter.created.before},
                          {"updated-after", args.updated_after, filter.updated.after},
                          {"updated-before", args.updated_before, filter.updated.before},
                          {"closed-after", args.closed_after, filter.closed.after},
                          {"closed-before", args.closed_before, filter.closed.before},
                          {"defer-after", args.defer_after, filter.defer.after},
                          {"defer-before", args.defer_before, filter.defer.before},
                          {"due-after", args.due_after, filter.due.after},
                          {"due-before", args.due_before, filter.due.before}};
  for (const Bound& bound : bounds) {
    bound.moment = ReadMoment(bound.text);
    if (bound.moment || bound.text.empty()) continue;
    return Invalid(Cat("invalid --", bound.name, " date: unsupported date format: ", Quote(bound.text),
                       " (use YYYY-MM-DD or RFC3339)"));
  }
  return Ok();
}

}  // namespace

Result<IssueFilter> ToFilter(const FilterArgs& args, const Time& now) {
  if (args.ids.size() > kIdsMax) {
    return Invalid(Cat("--id flag supports at most ", kIdsMax, " issue IDs, got ", args.ids.size()));
  }
  auto given = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  IssueFilter filter;
  filter.now = now;
  TRY(ReadRanges(args, filter));
  if (args.status != "all") filter.status = given(args.status);
  filter.type = given(args.issue_type);
  filter.assignee = given(args.assignee);
  filter.no_assignee = args.no_assignee || args.unassigned;
  filter.priority = args.priority;
  filter.priority_min = args.priority_min;
  filter.priority_max = args.priority_max;
  filter.labels_all = CleanLabels(args.labels);
  if (!args.label.empty()) filter.labels_all.push_back(args.label);
  filter.labels_any = CleanLabels(args.labels_any);
  filter.no_labels = args.no_labels;
  filter.label_pattern = args.label_pattern;
  filter.label_regex = args.label_regex;
  filter.title_contains = args.title_contains;
  filter.description_contains = args.description_contains;
  filter.notes_contains = args.notes_contains;
  filter.text = args.query;
  filter.empty_description = args.empty_description;
  filter.deferred = args.deferred;
  filter.overdue = args.overdue;
  filter.ids = args.ids;
  filter.parent = given(args.parent_id);
  filter.spec_prefix = args.spec_id_prefix;
  filter.pinned = args.pinned;
  filter.ephemeral = args.ephemeral;
  filter.mol_type = args.mol_type;
  filter.wisp_type = args.wisp_type;
  filter.exclude_statuses = args.exclude_status;
  filter.exclude_types = args.exclude_types;
  filter.exclude_templates = !args.include_templates;
  return filter;
}

}  // namespace bd
