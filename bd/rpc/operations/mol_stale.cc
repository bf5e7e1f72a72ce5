// mol_stale: molecules and epics whose children are all closed, while they are not.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/query/stats.h"
#include "engine/storage/attachments.h"
#include "engine/storage/issues.h"
#include "engine/types/vocabulary.h"

namespace bd {
namespace {

struct Args {
  bool blocking_only = false, unassigned_only = false, show_all = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("blocking_only", self.blocking_only);
    visit("unassigned_only", self.unassigned_only);
    visit("show_all", self.show_all);
  }
};
struct Row {
  std::string id, title, assignee;
  int64_t total_children = 0, closed_children = 0, blocking_count = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("title", self.title);
    visit("assignee", self.assignee, kOmitEmpty);
    visit("total_children", self.total_children);
    visit("closed_children", self.closed_children);
    visit("blocking_count", self.blocking_count);
  }
};
struct Answer {
  std::optional<std::vector<Row>> stale_molecules;
  int64_t total_count = 0, blocking_count = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("stale_molecules", self.stale_molecules);
    visit("total_count", self.total_count);
    visit("blocking_count", self.blocking_count);
  }
};

// Open issues that a `blocks` edge ties to it.
Result<int64_t> CountHeldUp(Tx& tx, const std::string& id) {
  int64_t count = 0;
  for (const Dependency& edge : TRY(EdgesTo(tx, id))) {
    if (edge.type != edge::kBlocks) continue;
    const std::optional<Issue> issue = TRY(FindIssue(tx, edge.issue_id, {}));
    count += issue && StatusBlocks(issue->status) ? 1 : 0;
  }
  return count;
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "mol stale args"));
  Answer answer;
  for (const EpicProgress& one : TRY(EpicProgresses(session.tx(), true))) {
    const int64_t held_up = TRY(CountHeldUp(session.tx(), one.epic.id));
    if (args.blocking_only && held_up == 0) continue;
    if (args.unassigned_only && !one.epic.assignee.empty()) continue;
    if (!answer.stale_molecules) answer.stale_molecules.emplace();
    answer.stale_molecules->push_back(
        {one.epic.id, one.epic.title, one.epic.assignee, one.children, one.closed, held_up});
    answer.blocking_count += held_up > 0 ? 1 : 0;
  }
  answer.total_count = answer.stale_molecules ? static_cast<int64_t>(answer.stale_molecules->size()) : 0;
  return ToJson(answer);
}

}  // namespace

extern const Operation kOperation_mol_stale;
const Operation kOperation_mol_stale = {"mol_stale", false, Run};

}  // namespace bd
