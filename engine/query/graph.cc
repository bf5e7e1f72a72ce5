#include "engine/query/graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "engine/base/text.h"
#include "engine/storage/attachments.h"
#include "engine/types/id.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace {

constexpr size_t kTreeNodesMax = 100'000;

constexpr std::string_view kOrdering = "('blocks', 'parent-child', 'conditional-blocks', 'waits-for')";

std::string_view OtherEnd(Direction direction) {
  return direction == Direction::kDown ? "depends_on_id" : "issue_id";
}
std::string_view ThisEnd(Direction direction) {
  return direction == Direction::kDown ? "issue_id" : "depends_on_id";
}

// An end that is no issue here.
Issue Bare(const std::string& id) {
  Issue issue;
  issue.id = id;
  issue.title = id;
  if (IsExternalReference(id)) issue.title = id.substr(id.find_last_of(':') + 1);
  return issue;
}

// The issues on the other ends, once each, by priority and id; deleted ones left out.
Result<std::vector<Issue>> Neighbours(Tx& tx, const std::string& id, Direction direction,
                                      const std::string& type) {
  std::vector<Issue> issues;
  {
    Statement rows = TRY(tx.db().Prepare(
        Cat("SELECT ", IssueColumns(), " FROM issues i WHERE i.status <> 'tombstone' AND i.id IN (SELECT ",
            OtherEnd(direction), " FROM dependencies WHERE ", ThisEnd(direction),
            " = ?1 AND (?2 = '' OR type = ?2)) ORDER BY i.priority, i.id")));
    rows.Bind(id, type);
    while (TRY(rows.Step())) issues.push_back(TRY(ReadIssueRow(rows)));
  }
  if (direction == Direction::kDown) {
    for (const std::string& external :
         TRY(QueryTexts(tx.db(),
                        "SELECT DISTINCT depends_on_id FROM dependencies WHERE issue_id = ?1 AND "
                        "depends_on_id LIKE 'external:%' AND (?2 = '' OR type = ?2) ORDER BY 1",
                        id, type))) {
      issues.push_back(Bare(external));
    }
  }
  return issues;
}

}  // namespace

Result<std::vector<TreeNode>> DependencyTree(Tx& tx, const std::string& root, const TreeOptions& options) {
  std::optional<Issue> issue = TRY(FindIssue(tx, root, {}));
  if (!issue || issue->IsTombstone()) return NotFound(Cat("issue ", root, " not found"));
  std::vector<TreeNode> nodes;
  std::set<std::string> met{root};
  nodes.push_back({std::move(*issue), 0, root, options.depth_max == 0});
  // Level by level: a node without all_paths stands where it is met first, nearest to the root.
  for (size_t at = 0; at < nodes.size() && nodes.size() < kTreeNodesMax; ++at) {
    if (nodes[at].depth >= options.depth_max) continue;
    const std::string parent = nodes[at].issue.id;
    const int64_t depth = nodes[at].depth + 1;
    // With all paths a node that was met is shown again, but not unfolded again.
    const bool repeated = options.all_paths && at > 0 &&
                          std::any_of(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(at),
                                      [&](const TreeNode& node) { return node.issue.id == parent; });
    if (repeated) continue;
    for (Issue& neighbour : TRY(Neighbours(tx, parent, options.direction, options.type))) {
      if (!met.insert(neighbour.id).second && !options.all_paths) continue;
      nodes.push_back({std::move(neighbour), depth, parent, depth == options.depth_max});
    }
  }
  return nodes;
}

Result<bool> IsReachable(Tx& tx, std::string_view start, std::string_view target) {
  Statement row = TRY(tx.db().Prepare(Cat(
      "WITH RECURSIVE reach(id) AS (SELECT ?1 UNION SELECT d.depends_on_id FROM reach JOIN dependencies d "
      "ON d.issue_id = reach.id WHERE d.type IN ",
      kOrdering, ") SELECT 1 FROM reach WHERE id = ?2 LIMIT 1")));
  row.Bind(start, target);
  return row.Step();
}

namespace {

// Depth-first search with a stack of its own: the graph may be deeper than a call stack allows.
class CycleSearch {
 public:
  void AddEdge(std::string from, std::string to) { edges_[std::move(from)].push_back(std::move(to)); }

  std::vector<std::vector<std::string>> Run() {
    for (const auto& [id, targets] : edges_) {
      if (!state_.contains(id)) Visit(id);
    }
    return {cycles_.begin(), cycles_.end()};
  }

 private:
  enum class State { kOpen, kDone };
  struct Frame {
    std::string id;
    size_t next = 0;
  };

  void Visit(const std::string& start) {
    std::vector<Frame> stack{{start}};
    state_[start] = State::kOpen;
    while (!stack.empty()) {
      Frame& frame = stack.back();
      auto targets = edges_.find(frame.id);
      if (targets == edges_.end() || frame.next == targets->second.size()) {
        state_[frame.id] = State::kDone;
        stack.pop_back();
        continue;
      }
      const std::string target = targets->second[frame.next++];
      auto known = state_.find(target);
      if (known == state_.end()) {
        state_[target] = State::kOpen;
        stack.push_back({target});
      } else if (known->second == State::kOpen) {
        Report(stack, target);
      }
    }
  }

  void Report(const std::vector<Frame>& stack, const std::string& target) {
    std::vector<std::string> cycle;
    auto from = std::find_if(stack.begin(), stack.end(), [&](const Frame& f) { return f.id == target; });
    for (; from != stack.end(); ++from) cycle.push_back(from->id);
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    cycles_.insert(std::move(cycle));
  }

  std::map<std::string, std::vector<std::string>> edges_;
  std::map<std::string, State> state_;
  std::set<std::vector<std::string>> cycles_;
};

}  // namespace

Result<std::vector<std::vector<std::string>>> FindCycles(Tx& tx) {
  CycleSearch search;
  Statement rows =
      TRY(tx.db().Prepare(Cat("SELECT DISTINCT issue_id, depends_on_id FROM dependencies WHERE type IN ",
                              kOrdering, " ORDER BY 1, 2")));
  while (TRY(rows.Step())) search.AddEdge(rows.Text(0), rows.Text(1));
  return search.Run();
}

Result<std::vector<LinkedIssue>> LinkedIssues(Tx& tx, std::string_view id, Direction direction) {
  const std::vector<Dependency> edges =
      direction == Direction::kDown ? TRY(EdgesFrom(tx, id)) : TRY(EdgesTo(tx, id));
  std::vector<LinkedIssue> linked;
  for (const Dependency& edge : edges) {
    const std::string& other = direction == Direction::kDown ? edge.depends_on_id : edge.issue_id;
    std::optional<Issue> issue = TRY(FindIssue(tx, other, {.labels = true}));
    if (issue && issue->IsTombstone()) continue;
    linked.push_back({issue ? std::move(*issue) : Bare(other), edge.type});
  }
  auto key = [direction](const LinkedIssue& link) {
    // What is no issue here has no priority: it goes last.
    const int64_t priority = link.issue.created_at.IsZero() ? INT64_MAX : link.issue.priority;
    return direction == Direction::kDown ? std::tuple(priority, link.issue.id, link.type)
                                         : std::tuple(priority, link.type, link.issue.id);
  };
  std::stable_sort(linked.begin(), linked.end(),
                   [&](const LinkedIssue& a, const LinkedIssue& b) { return key(a) < key(b); });
  return linked;
}

}  // namespace bd
