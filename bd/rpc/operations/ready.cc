// ready: what can be taken up now.
#include "engine/query/ready.h"

#include "bd/filter_flags.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"

namespace bd {
namespace {

struct Args {
  std::string status, assignee, type, sort_policy, parent_id, mol_type;
  std::optional<int64_t> priority;
  std::vector<std::string> labels, labels_any;
  int64_t limit = 0;
  bool unassigned = false, include_deferred = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("status", self.status);
    visit("assignee", self.assignee);
    visit("type", self.type);
    visit("sort_policy", self.sort_policy);
    visit("parent_id", self.parent_id);
    visit("mol_type", self.mol_type);
    visit("priority", self.priority);
    visit("labels", self.labels);
    visit("labels_any", self.labels_any);
    visit("limit", self.limit);
    visit("unassigned", self.unassigned);
    visit("include_deferred", self.include_deferred);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "ready args"));
  auto given = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  ReadyFilter filter;
  if (args.sort_policy == "priority") filter.order = ReadyOrder::kPriority;
  if (args.sort_policy == "oldest") filter.order = ReadyOrder::kOldest;
  filter.status = args.status;
  filter.limit = std::max<int64_t>(args.limit, 0);
  filter.priority = args.priority;
  filter.assignee = given(args.assignee);
  filter.unassigned = args.unassigned;
  filter.labels_all = CleanLabels(args.labels);
  filter.labels_any = CleanLabels(args.labels_any);
  filter.type = given(args.type);
  filter.parent = given(args.parent_id);
  filter.mol_type = args.mol_type;
  filter.include_deferred = args.include_deferred;
  filter.now = session.Now();
  std::vector<Issue> issues = TRY(ReadyIssues(session.tx(), filter, {.labels = true}));
  std::vector<ListedIssue> listed = TRY(WithCounts(session.tx(), std::move(issues)));
  // The reference counts no edges here, and clients compare.
  for (ListedIssue& one : listed) one.dependency_count = one.dependent_count = 0;
  return PrintedJson([&](JsonWriter& out) { PrintListed(out, listed, shape::Plain()); });
}

}  // namespace

extern const Operation kOperation_ready;
const Operation kOperation_ready = {"ready", false, Run};

}  // namespace bd
