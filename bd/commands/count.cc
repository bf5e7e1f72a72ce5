// bd count: numbers of issues, grouped or not.
#include "bd/filter_flags.h"
#include "engine/query/list.h"

namespace bd {
namespace {

using enum FlagType;
constexpr std::array kOwnFlags = {
    Flag{"priority", kInt, "Filter by priority", 'p'},
    Flag{"priority-min", kInt, "Priority at least"},
    Flag{"priority-max", kInt, "Priority at most"},
    Flag{"title", kString, "Title contains"},
    Flag{"id", kString, "These ids only, separated by commas"},
    Flag{"by-status", kBool, "Group by status"},
    Flag{"by-priority", kBool, "Group by priority"},
    Flag{"by-type", kBool, "Group by type"},
    Flag{"by-assignee", kBool, "Group by assignee"},
    Flag{"by-label", kBool, "Group by label"},
};
constexpr auto kFlags = JoinFlags(kFilterFlags, kOwnFlags);

struct GroupName {
  std::string_view flag;
  GroupBy group;
};
constexpr GroupName kGroups[] = {{"by-status", GroupBy::kStatus},
                                 {"by-priority", GroupBy::kPriority},
                                 {"by-type", GroupBy::kType},
                                 {"by-assignee", GroupBy::kAssignee},
                                 {"by-label", GroupBy::kLabel}};

struct Args {
  IssueFilter filter;
  std::string group;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("filter", self.filter);
    visit("group", self.group);
  }
};

struct Group {
  int64_t count = 0;
  std::string group;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("group", self.group);
    visit("count", self.count);
  }
};

struct Body {
  int64_t total = 0;
  bool grouped = false;
  std::vector<Group> groups;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("total", self.total);
    visit("grouped", self.grouped);
    visit("groups", self.groups);
  }
  void PrintJson(JsonWriter& out) const {
    out.BeginObject();
    FieldWriter write(out);
    if (grouped) {
      write("groups", groups);
      write("total", total);
    } else {
      write("count", total);
    }
    out.EndObject();
  }
};

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args;
  for (const GroupName& name : kGroups) {
    if (!flags.Bool(name.flag)) continue;
    if (!args.group.empty()) return Invalid("only one --by-* flag can be specified");
    args.group = name.flag;
  }
  args.filter = TRY(ReadFilterFlags(invocation));
  auto number = [&flags](std::string_view flag) {
    return flags.Has(flag) ? std::optional<int64_t>(flags.Int(flag)) : std::nullopt;
  };
  args.filter.priority = number("priority");
  args.filter.priority_min = number("priority-min");
  args.filter.priority_max = number("priority-max");
  args.filter.title = flags.Text("title");
  args.filter.ids = SplitList(flags.Text("id"));
  return args;
}

Result<Body> Run(Session& session, const Args& args) {
  Body body;
  body.total = TRY(CountIssues(session.tx(), args.filter));
  for (const GroupName& name : kGroups) {
    if (name.flag != args.group) continue;
    body.grouped = true;
    for (const auto& [group, count] : TRY(CountGroups(session.tx(), args.filter, name.group))) {
      body.groups.push_back({count, group});
    }
  }
  return body;
}

void Print(const Body& body, Output& out) {
  if (!body.grouped) return out.Line(Cat(body.total));
  out.Line(Cat("Total: ", body.total, "\n"));
  for (const Group& group : body.groups) out.Line(Cat(group.group, ": ", group.count));
}

}  // namespace

extern const Command kCommand_count = {
    .name = "count",
    .summary = "Count issues",
    .help = "Closed issues count unless a filter leaves them out.",
    .group = "Views & Reports",
    .flags = kFlags,
    .needs = Needs::kRead,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
