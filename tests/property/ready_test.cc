// `ready` and `blocked` against a model that works out everything anew with maps and sets. The graphs
// grow and change by the engine's own operations, so that the table which is kept up to date step by
// step is compared too.
#include "engine/query/ready.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "engine/edit/close.h"
#include "engine/edit/create.h"
#include "engine/edit/delete.h"
#include "engine/edit/link.h"
#include "engine/edit/update.h"
#include "engine/storage/attachments.h"
#include "engine/storage/blocked.h"
#include "engine/sync/take_in.h"
#include "tests/property/generators.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

using Ids = std::set<std::string>;
using Graph = std::map<std::string, Issue>;

// --- The model

bool IsFinished(const Issue& issue) { return issue.status == "closed" || issue.status == "tombstone"; }

bool HoldsUp(const Issue& issue) {
  return Ids{"open", "in_progress", "blocked", "deferred", "hooked"}.contains(issue.status);
}

std::vector<const Issue*> ChildrenOf(const Graph& graph, const std::string& id) {
  std::vector<const Issue*> children;
  for (const auto& [child_id, child] : graph) {
    for (const Dependency& edge : child.dependencies) {
      if (edge.type == "parent-child" && edge.depends_on_id == id) children.push_back(&child);
    }
  }
  return children;
}

bool GateIsShut(const Graph& graph, const Dependency& edge) {
  const bool any = edge.metadata.find("any-children") != std::string::npos;
  const std::string spawner =
      edge.metadata.find("spawner_id") != std::string::npos ? "bd-0" : edge.depends_on_id;
  int finished = 0, children = 0;
  for (const Issue* child : ChildrenOf(graph, spawner)) {
    ++children;
    finished += IsFinished(*child);
  }
  return any ? finished == 0 : finished < children;
}

bool EdgeHolds(const Graph& graph, const Dependency& edge) {
  const auto target = graph.find(edge.depends_on_id);
  if (target == graph.end()) return false;
  if (edge.type == "waits-for") return GateIsShut(graph, edge);
  if (edge.type != "blocks" && edge.type != "conditional-blocks") return false;
  if (HoldsUp(target->second)) return true;
  return edge.type == "conditional-blocks" && target->second.status == "closed" &&
         target->second.close_reason.find("failed") == std::string::npos;
}

Ids HeldDirectly(const Graph& graph) {
  Ids held;
  for (const auto& [id, issue] : graph) {
    for (const Dependency& edge : issue.dependencies) {
      if (EdgeHolds(graph, edge)) held.insert(id);
    }
  }
  return held;
}

// With everybody below, until nobody new is found.
Ids Held(const Graph& graph) {
  Ids held = HeldDirectly(graph);
  for (size_t before = 0; before != held.size();) {
    before = held.size();
    for (const std::string& id : Ids(held)) {
      for (const Issue* child : ChildrenOf(graph, id)) held.insert(child->id);
    }
  }
  return held;
}

Ids Ready(const Graph& graph, bool include_deferred) {
  const Ids machinery{"merge-request", "gate", "molecule", "message", "agent", "role", "rig"};
  const Ids held = Held(graph);
  Ids ready;
  for (const auto& [id, issue] : graph) {
    const bool waits = !include_deferred && issue.defer_until && *issue.defer_until > TestNow();
    if (issue.status == "open" && !held.contains(id) && !waits && !issue.pinned && !issue.ephemeral &&
        !machinery.contains(issue.issue_type) && id.find("-mol-") == std::string::npos) {
      ready.insert(id);
    }
  }
  return ready;
}

Ids Blocked(const Graph& graph) {
  const Ids held = Held(graph);
  Ids blocked;
  for (const auto& [id, issue] : graph) {
    bool external = false;
    for (const Dependency& edge : issue.dependencies)
      external = external || (edge.type == "blocks" && edge.depends_on_id.starts_with("external:"));
    const bool by_status = issue.status == "blocked" || issue.status == "deferred";
    if (HoldsUp(issue) && !issue.pinned && (held.contains(id) || external || by_status)) blocked.insert(id);
  }
  return blocked;
}

// --- The engine's answers

Ids ReadyOf(Tx& tx, bool include_deferred, ReadyOrder order) {
  ReadyFilter filter;
  filter.now = TestNow();
  filter.include_deferred = include_deferred;
  filter.order = order;
  Ids ids;
  for (const Issue& issue : Must(ReadyIssues(tx, filter, {}))) ids.insert(issue.id);
  return ids;
}

Ids BlockedOf(Tx& tx) {
  Ids ids;
  for (const BlockedIssue& blocked : Must(BlockedIssues(tx, std::nullopt))) ids.insert(blocked.issue.id);
  return ids;
}

Ids CacheOf(Tx& tx) {
  const auto ids = Must(QueryTexts(tx.db(), "SELECT issue_id FROM blocked_issues_cache"));
  return {ids.begin(), ids.end()};
}

void Compare(Tx& tx) {
  const Graph graph = AllIssues(tx);
  for (const auto& [id, issue] : graph) RC_LOG() << IssueLine(issue) << "\n";
  RC_ASSERT(CacheOf(tx) == Held(graph));
  const ReadyOrder order = *rc::gen::element(ReadyOrder::kHybrid, ReadyOrder::kPriority, ReadyOrder::kOldest);
  for (bool include_deferred : {false, true})
    RC_ASSERT(ReadyOf(tx, include_deferred, order) == Ready(graph, include_deferred));
  RC_ASSERT(BlockedOf(tx) == Blocked(graph));
}

// --- Changes

constexpr int kIssues = 7;

std::string AnyId() { return Cat("bd-", *rc::gen::resize(100, rc::gen::inRange(0, kIssues))); }

std::string AnyEdgeType() {
  return *rc::gen::element<std::string>("blocks", "parent-child", "parent-child", "conditional-blocks",
                                        "waits-for", "related");
}

std::optional<Time> AnyMoment() {
  const int64_t hours = *rc::gen::resize(100, rc::gen::inRange(-2, 3));
  if (hours == 2) return std::nullopt;
  Time time = TestNow().Plus(hours * 3600 * kNanosPerSecond);
  time.offset_seconds = *rc::gen::element(0, 7200, -18000);
  return time;
}

Issue NewIssueOf(const std::string& id) {
  Issue issue;
  issue.id = id;
  issue.title = "t";
  issue.priority = *rc::gen::inRange(0, 5);
  issue.status = *rc::gen::element<std::string>("open", "open", "open", "in_progress", "blocked", "deferred",
                                                "closed", "tombstone", "pinned", "hooked");
  issue.issue_type = *rc::gen::element<std::string>("task", "task", "epic", "gate", "agent", "message");
  issue.created_at = TestNow().Plus(-*rc::gen::inRange<int64_t>(0, 100) * 3600 * kNanosPerSecond);
  issue.updated_at = issue.created_at;
  if (issue.status == "closed") issue.closed_at = TestNow();
  if (issue.status == "closed" && arbitrary::Chance(50)) issue.close_reason = "failed";
  if (arbitrary::Chance(30)) issue.defer_until = AnyMoment();
  issue.pinned = arbitrary::Chance(10);
  issue.ephemeral = arbitrary::Chance(10);
  return issue;
}

// An edge as an import may bring it: circles, missing and external ends included.
Dependency AnyEdge(const std::string& id) {
  Dependency edge;
  edge.issue_id = id;
  edge.depends_on_id =
      arbitrary::Chance(10) ? *rc::gen::element<std::string>("external:p:c", "bd-x") : AnyId();
  edge.type = AnyEdgeType();
  if (edge.type == "waits-for") {
    edge.metadata = *rc::gen::element<std::string>("", "{}", R"({"gate":"all-children"})",
                                                   R"({"gate":"any-children"})", R"({"spawner_id":"bd-0"})");
  }
  return edge;
}

void InsertGraph(Tx& tx) {
  TakeIn take_in(tx, TakeIn::Source::kSharedFile, TestNow());
  Must(take_in.Begin());
  for (int i = 0; i < kIssues - 1; ++i) {
    Issue issue = NewIssueOf(i == 5 ? "bd-mol-5" : Cat("bd-", i));
    for (int e = *rc::gen::resize(100, rc::gen::inRange(0, 4)); e > 0; --e) {
      issue.dependencies.push_back(AnyEdge(issue.id));
    }
    Normalise(issue);
    Must(take_in.Line(issue, IssueLine(issue)));
  }
  Must(take_in.Finish());
}

Status Create(EditContext& context) {
  NewIssue request;
  request.issue = NewIssueOf(AnyId());
  if (request.issue.status == "tombstone") request.issue.status = "open";
  request.issue.issue_type = "task";
  if (arbitrary::Chance(50)) request.parent = AnyId();
  if (arbitrary::Chance(50)) request.edges.push_back({"blocks", AnyId()});
  if (arbitrary::Chance(30)) request.waits_for = AnyId();
  request.waits_for_any = arbitrary::Chance(50);
  return TRY(CreateIssue(context, std::move(request))), Ok();
}

Status TakeInLine(EditContext& context, const std::string& id) {
  Issue issue = NewIssueOf(id);
  issue.created_at = TestNow().Plus(-kNanosPerSecond);
  issue.updated_at = TestNow().Plus(3600 * kNanosPerSecond);
  if (arbitrary::Chance(70)) issue.dependencies.push_back(AnyEdge(id));
  if (auto present = TRY(FindIssue(context.tx, id))) issue.created_at = present->created_at;
  TakeIn take_in(context.tx, TakeIn::Source::kSharedFile, context.now);
  TRY(take_in.Begin());
  TRY(take_in.Line(issue, IssueLine(issue)));
  return take_in.Finish();
}

Status AnyChange(EditContext& context) {
  const std::string id = AnyId(), other = AnyId();
  FieldChanges changes;
  switch (*rc::gen::resize(100, rc::gen::inRange(0, 11))) {
    case 0: return CloseIssue(context, id, {arbitrary::Chance(50) ? "failed" : "done", "", true});
    case 1: return ReopenIssue(context, id, "");
    case 2: return AddDependency(context, id, other, AnyEdgeType());
    case 3: {
      const std::vector<Dependency> edges = TRY(EdgesFrom(context.tx, id));
      if (edges.empty()) return Ok();
      return RemoveDependency(context, id, edges[*rc::gen::inRange<size_t>(0, edges.size())].depends_on_id);
    }
    case 4: return ExecuteDelete(context, TRY(PlanDelete(context, {id}, arbitrary::Chance(20))), {});
    case 5: return ExecuteDelete(context, TRY(PlanDelete(context, {id}, false)), {"gone", true});
    case 6: return SetParent(context, id, arbitrary::Chance(30) ? "" : other);
    case 7: return DeferIssue(context, id, AnyMoment());
    case 8: return Create(context);
    case 9: return TakeInLine(context, id);
    default:
      changes.status = *rc::gen::element<std::string>("open", "in_progress", "blocked", "closed", "hooked");
      return UpdateIssue(context, id, changes);
  }
}

RC_GTEST_PROP(ReadyLaws, AnImportedGraphIsAnsweredAsTheModelSays, ()) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  InsertGraph(tx);
  Compare(tx);
  const Ids cache = CacheOf(tx);
  Must(RebuildBlocked(tx));
  RC_ASSERT(CacheOf(tx) == cache);
}

RC_GTEST_PROP(ReadyLaws, EveryChangeKeepsTheAnswersRight, ()) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  InsertGraph(tx);
  EditContext context = EditAt(tx, TestNow());
  context.vocabulary.custom_types = {"gate", "agent", "message"};
  for (int i = *rc::gen::inRange(1, 8); i > 0; --i) {
    Must(tx.db().Run("SAVEPOINT step"));
    // What the rules refuse leaves nothing behind, as in a command.
    if (!AnyChange(context)) Must(tx.db().Run("ROLLBACK TO step"));
    Must(tx.db().Run("RELEASE step"));
    Compare(tx);
  }
}

RC_GTEST_PROP(ReadyLaws, TheLimitCutsTheOrderedList, ()) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  InsertGraph(tx);
  ReadyFilter filter;
  filter.now = TestNow();
  filter.order = *rc::gen::element(ReadyOrder::kHybrid, ReadyOrder::kPriority, ReadyOrder::kOldest);
  std::vector<Issue> all = Must(ReadyIssues(tx, filter, {}));
  const Time recent = TestNow().Plus(-48 * 3600 * kNanosPerSecond);
  auto rank = [&](const Issue& issue) {
    const bool old = issue.created_at < recent;
    const bool by_priority =
        filter.order == ReadyOrder::kPriority || (filter.order == ReadyOrder::kHybrid && !old);
    return std::tuple(filter.order == ReadyOrder::kHybrid && old, by_priority ? issue.priority : 0,
                      issue.created_at, issue.id);
  };
  for (size_t i = 1; i < all.size(); ++i) RC_ASSERT(rank(all[i - 1]) < rank(all[i]));
  filter.limit = *rc::gen::inRange(1, 5);
  if (all.size() > static_cast<size_t>(filter.limit)) all.resize(static_cast<size_t>(filter.limit));
  RC_ASSERT(Must(ReadyIssues(tx, filter, {})) == all);
}

}  // namespace
}  // namespace bd
