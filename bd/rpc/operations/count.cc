// count: how many issues a filter finds, in all or by group.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/filter_args.h"
#include "engine/base/text.h"

namespace bd {
namespace {

struct Args : FilterArgs {
  std::string group_by;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    FilterArgs::Describe(visit, self);
    visit("group_by", self.group_by);
  }
};

struct Count {
  int64_t count = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("count", self.count);
  }
};

struct Group : Count {
  std::string group;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("group", self.group);
    Count::Describe(visit, self);
  }
};

struct Groups {
  int64_t total = 0;
  std::vector<Group> groups;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("total", self.total);
    visit("groups", self.groups);
  }
};

Result<GroupBy> GroupOf(const std::string& name) {
  if (name == "status") return GroupBy::kStatus;
  if (name == "priority") return GroupBy::kPriority;
  if (name == "type") return GroupBy::kType;
  if (name == "assignee") return GroupBy::kAssignee;
  if (name == "label") return GroupBy::kLabel;
  return Invalid(
      Cat("invalid group_by value: ", name, " (must be one of: status, priority, type, assignee, label)"));
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "count args"));
  const IssueFilter filter = TRY(ToFilter(args, session.Now()));
  Groups answer;
  answer.total = TRY(During("failed to count issues: ", CountIssues(session.tx(), filter)));
  if (args.group_by.empty()) return ToJson(Count{answer.total});
  for (const auto& [name, count] : TRY(CountGroups(session.tx(), filter, TRY(GroupOf(args.group_by))))) {
    answer.groups.push_back({{count}, name});
  }
  return ToJson(answer);
}

}  // namespace

extern const Operation kOperation_count;
const Operation kOperation_count = {"count", false, Run};

}  // namespace bd
