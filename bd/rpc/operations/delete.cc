// delete: issues become tombstones; at once, unless dry_run asks only what would happen.
#include "engine/edit/delete.h"

#include <algorithm>

#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/base/text.h"

namespace bd {
namespace {

struct Args {
  std::vector<std::string> ids;
  std::string id, reason;  // id: one, as some clients send it
  bool force = false, dry_run = false, cascade = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("ids", self.ids);
    visit("id", self.id);
    visit("reason", self.reason);
    visit("force", self.force);
    visit("dry_run", self.dry_run);
    visit("cascade", self.cascade);
  }
};

struct Figures {
  int64_t deleted_count = 0, dependencies_removed = 0, events_removed = 0, issue_count = 0,
          labels_removed = 0;
  bool dry_run = false;
  std::vector<std::string> orphaned_issues;
  int64_t total_count = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("deleted_count", self.deleted_count);
    visit("dependencies_removed", self.dependencies_removed, kOmitEmpty);
    visit("dry_run", self.dry_run, kOmitEmpty);
    visit("events_removed", self.events_removed, kOmitEmpty);
    visit("issue_count", self.issue_count, kOmitEmpty);
    visit("labels_removed", self.labels_removed, kOmitEmpty);
    visit("orphaned_issues", self.orphaned_issues, kOmitEmpty);
    visit("total_count", self.total_count);
  }
};

// The first issue of the set with an edge from outside of it.
std::string Offender(const DeletePlan& plan) {
  for (const Dependency& edge : plan.edges) {
    if (edge.issue_id == plan.dependents[0]) return edge.depends_on_id;
  }
  return plan.issues[0].id;
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  Args args = TRY(ReadArgs<Args>(request, "delete args"));
  if (!args.id.empty()) args.ids.push_back(args.id);
  if (args.ids.empty()) return Invalid("no issue IDs provided for deletion");
  const int64_t asked = static_cast<int64_t>(args.ids.size());
  std::sort(args.ids.begin(), args.ids.end());
  args.ids.erase(std::unique(args.ids.begin(), args.ids.end()), args.ids.end());
  EditContext context = session.Edit();
  const DeletePlan plan = TRY(During("delete failed: ", PlanDelete(context, args.ids, args.cascade)));
  if (args.dry_run && !args.force && !args.cascade && !plan.dependents.empty()) {
    return Invalid(Cat("delete failed: resolve delete set: check dependents: issue ", Offender(plan),
                       " has dependents not in deletion set; use --cascade to delete them or --force to "
                       "orphan them"));
  }
  Figures figures;
  figures.deleted_count = static_cast<int64_t>(plan.issues.size());
  figures.total_count = asked;
  if (args.force || args.cascade || args.dry_run) {
    figures.dependencies_removed = static_cast<int64_t>(plan.edges.size());
    figures.events_removed = plan.events;
    figures.labels_removed = plan.labels;
    figures.orphaned_issues = plan.dependents;
  }
  figures.dry_run = args.dry_run;
  if (args.dry_run) {
    figures.issue_count = figures.deleted_count;
    return ToJson(figures);
  }
  DeleteOptions options;
  if (!args.reason.empty()) options.reason = args.reason;
  TRY(During("delete failed: ", ExecuteDelete(context, plan, options)));
  return ToJson(figures);
}

}  // namespace

extern const Operation kOperation_delete;
const Operation kOperation_delete = {"delete", true, Run};

}  // namespace bd
