// bd list: issues by filter.
#include "bd/edge_format.h"
#include "bd/filter_flags.h"
#include "bd/list_view.h"

namespace bd {
namespace {

using enum FlagType;
constexpr std::array kOwnFlags = {
    Flag{"priority", kString, "Filter by priority (0-4 or P0-P4)", 'p'},
    Flag{"title", kString, "Title contains (the same as --title-contains)"},
    Flag{"id", kString, "These ids only, separated by commas"},
    Flag{"spec", kString, "Specification begins with"},
    Flag{"label-pattern", kString, "Has a label that matches a pattern such as tech-*"},
    Flag{"label-regex", kString, "Has a label that matches a regular expression"},
    Flag{"limit", kInt, "At most so many (0: all)", 'n', "50"},
    Flag{"all", kBool, "Also what is closed"},
    Flag{"ready", kBool, "Status open only"},
    Flag{"sort", kString, "Sort by priority, created, updated, closed, status, id, title, type or assignee"},
    Flag{"reverse", kBool, "Reverse the order", 'r'},
    Flag{"long", kBool, "Several lines for each issue"},
    Flag{"format", kString, "dot, digraph, or a template over edges: '{{.IssueID}} -> {{.DependsOnID}}'"},
    Flag{"pretty", kBool, "As a tree"},
    Flag{"tree", kBool, "As a tree (the same)"},
    Flag{"no-pager", kBool, "Accepted: output is never paged"},
    Flag{"pinned", kBool, "Pinned ones only"},
    Flag{"no-pinned", kBool, "Without pinned ones"},
    Flag{"include-templates", kBool, "Also templates"},
    Flag{"include-gates", kBool, "Also gates"},
    Flag{"parent", kString, "Children of an issue"},
    Flag{"filter-parent", kString, "", 0, "", "parent", true},
    Flag{"mol-type", kString, "Filter by molecule type"},
    Flag{"wisp-type", kString, "Filter by wisp type"},
    Flag{"deferred", kBool, "Has a date before which it is not ready"},
    Flag{"defer-after", kString, "That date is after"},
    Flag{"defer-before", kString, "That date is before"},
    Flag{"due-after", kString, "Due after"},
    Flag{"due-before", kString, "Due before"},
    Flag{"overdue", kBool, "Due, and not closed"},
};
constexpr auto kFlags = JoinFlags(JoinFlags(kFilterFlags, kPriorityRangeFlags), kOwnFlags);

Status ReadOwnFlags(const Invocation& invocation, IssueFilter& filter) {
  const FlagValues& flags = invocation.flags;
  filter.title = flags.Text("title");
  filter.ids = SplitList(flags.Text("id"));
  filter.spec_prefix = flags.Text("spec");
  filter.label_pattern = flags.Text("label-pattern");
  filter.label_regex = flags.Text("label-regex");
  filter.mol_type = flags.Text("mol-type");
  filter.wisp_type = flags.Text("wisp-type");
  if (!flags.Text("parent").empty()) filter.parent = flags.Text("parent");
  filter.deferred = flags.Bool("deferred");
  filter.overdue = flags.Bool("overdue");
  if (flags.Bool("pinned") && flags.Bool("no-pinned"))
    return Invalid("--pinned and --no-pinned are mutually exclusive");
  if (flags.Bool("pinned")) filter.pinned = true;
  if (flags.Bool("no-pinned")) filter.pinned = false;
  filter.due.after = TRY(ReadTimeFlag(invocation, "due-after"));
  filter.due.before = TRY(ReadTimeFlag(invocation, "due-before"));
  filter.defer.after = TRY(ReadTimeFlag(invocation, "defer-after"));
  filter.defer.before = TRY(ReadTimeFlag(invocation, "defer-before"));
  return Ok();
}

void ReadStatus(const FlagValues& flags, IssueFilter& filter) {
  const bool all = flags.Bool("all") || filter.status == "all";
  if (filter.status == "all") filter.status.reset();
  if (flags.Bool("ready")) filter.status = "open";
  ApplyListDefaults(filter);
  if (all || filter.status) filter.exclude_closed = false;
  if (flags.Bool("include-templates")) filter.exclude_templates = false;
  if (flags.Bool("include-gates") || filter.type == "gate") filter.exclude_gates = false;
}

Result<ListArgs> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  ListArgs args;
  if (!flags.Text("priority").empty()) args.filter.priority = TRY(ParsePriority(flags.Text("priority")));
  const std::optional<int64_t> priority = args.filter.priority;
  args.filter = TRY(ReadFilterFlags(invocation));
  args.filter.priority = priority;
  TRY(ReadPriorityRange(invocation, args.filter));
  TRY(ReadOwnFlags(invocation, args.filter));
  ReadStatus(flags, args.filter);
  args.options.order = flags.Text("sort");
  // A key may carry its direction: "-created".
  if (args.options.order.starts_with('-')) {
    args.options.order.erase(0, 1);
    args.options.reverse =
        args.options.order != "created" && args.options.order != "updated" && args.options.order != "closed";
  }
  if (flags.Bool("reverse")) args.options.reverse = !args.options.reverse;
  const bool all = flags.Bool("all");
  args.options.limit = flags.Has("limit")                  ? flags.Int("limit")
                       : invocation.terminal.agent && !all ? kAgentListLimit
                                                           : kListLimit;
  if (flags.Bool("long")) args.form = "long";
  if (flags.Bool("pretty") || flags.Bool("tree")) args.form = "tree";
  args.format = flags.Text("format");
  // Clients ask for JSON in this way too; it changes nothing beside --json.
  if (args.format == "json") args.format.clear();
  if (!args.format.empty()) {
    TRY(CheckEdgeFormat(args.format));
    args.form = "format";
  }
  return args;
}

}  // namespace

extern const Command kCommand_list = {
    .name = "list",
    .summary = "List issues",
    .help = R"(
Without --status, closed issues are left out.

Examples:
  bd list --type bug -p 0
  bd list --label backend --updated-after -7d --sort updated
  bd list --tree --all)",
    .group = "Working With Issues",
    .flags = kFlags,
    .needs = Needs::kRead,
    .handlers = Handle<ListArgs, ListBody, Prepare, RunList, PrintList>(),
};

}  // namespace bd
