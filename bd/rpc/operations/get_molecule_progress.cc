// get_molecule_progress: the steps of a molecule, or of any parent, and how far each is.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/base/text.h"
#include "engine/query/graph.h"
#include "engine/storage/blocked.h"
#include "engine/types/vocabulary.h"

namespace bd {
namespace {

struct Args {
  std::string molecule_id;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("molecule_id", self.molecule_id);
  }
};
struct Step {
  std::string id, title, status;
  std::optional<Time> start_time, close_time;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("title", self.title);
    visit("status", self.status);
    visit("start_time", self.start_time);
    visit("close_time", self.close_time);
  }
};
struct Answer {
  std::string molecule_id, title, assignee;
  std::vector<Step> steps;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("molecule_id", self.molecule_id);
    visit("title", self.title);
    visit("assignee", self.assignee);
    visit("steps", self.steps);
  }
};

Result<std::string> StateOf(Tx& tx, const Issue& issue) {
  if (issue.IsClosed()) return std::string("done");
  if (issue.status == status::kInProgress) return std::string("current");
  const bool held = issue.status == status::kBlocked || !TRY(DirectBlockers(tx, issue.id)).empty();
  return std::string(held ? "blocked" : "ready");
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "arguments"));
  const std::optional<Issue> molecule = TRY(FindIssue(session.tx(), args.molecule_id, {}));
  if (!molecule || molecule->IsTombstone()) return NotFound(Cat("molecule not found: ", args.molecule_id));
  Answer answer{molecule->id, molecule->title, molecule->assignee, {}};
  for (const LinkedIssue& link : TRY(LinkedIssues(session.tx(), molecule->id, Direction::kUp))) {
    if (link.type != edge::kParentChild) continue;
    const Issue& issue = link.issue;
    answer.steps.push_back(
        {issue.id, issue.title, TRY(StateOf(session.tx(), issue)), issue.created_at, issue.closed_at});
  }
  return ToJson(answer);
}

}  // namespace

extern const Operation kOperation_get_molecule_progress;
const Operation kOperation_get_molecule_progress = {"get_molecule_progress", false, Run};

}  // namespace bd
