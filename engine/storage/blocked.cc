#include "engine/storage/blocked.h"

#include <set>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace {

using IdSet = std::set<std::string>;

constexpr std::string_view kChildrenOf =
    "SELECT issue_id FROM dependencies WHERE depends_on_id = ? AND type = 'parent-child'";

struct Gate {
  std::string spawner;
  bool any_child = false;
};

Gate GateOf(std::string_view metadata, std::string_view target) {
  Gate gate{std::string(target), false};
  auto document = JsonDocument::Parse(metadata);
  if (!document) return gate;
  if (auto spawner = document->root().Find("spawner_id")) {
    std::string id = spawner->AsString().value_or("");
    if (!id.empty()) gate.spawner = id;
  }
  if (auto kind = document->root().Find("gate")) gate.any_child = kind->AsString() == "any-children";
  return gate;
}

Result<bool> GateIsShut(Tx& tx, const Gate& gate) {
  Statement row = TRY(tx.db().Prepare(
      "SELECT count(*), coalesce(sum(i.status IN ('closed', 'tombstone')), 0) FROM dependencies d "
      "JOIN issues i ON i.id = d.issue_id WHERE d.depends_on_id = ? AND d.type = 'parent-child'"));
  row.Bind(gate.spawner);
  TRY(row.Step());
  const int64_t children = row.Int(0), finished = row.Int(1);
  return gate.any_child ? finished == 0 : finished < children;
}

// Whether one edge holds its issue up. `status` is empty for a target that does not exist.
Result<bool> EdgeHolds(Tx& tx, std::string_view type, std::string_view target, std::string_view status,
                       std::string_view close_reason, std::string_view metadata) {
  if (target.starts_with(kExternalPrefix)) return false;
  if (type == edge::kWaitsFor) return GateIsShut(tx, GateOf(metadata, target));
  if (StatusBlocks(status)) return true;
  return type == edge::kConditionalBlocks && status == status::kClosed && !IsFailureReason(close_reason);
}

struct HoldingEdge {
  std::string type, target, status, close_reason, metadata;
};

Result<std::vector<HoldingEdge>> EdgesThatMayHold(Tx& tx, std::string_view id) {
  Statement rows = TRY(tx.db().Prepare(
      "SELECT d.type, d.depends_on_id, i.status, i.close_reason, d.metadata FROM dependencies d "
      "LEFT JOIN issues i ON i.id = d.depends_on_id "
      "WHERE d.issue_id = ? AND d.type IN ('blocks', 'conditional-blocks', 'waits-for') "
      "ORDER BY julianday(d.created_at), d.created_at, d.depends_on_id"));
  rows.Bind(id);
  std::vector<HoldingEdge> edges;
  while (TRY(rows.Step())) {
    edges.push_back({rows.Text(0), rows.Text(1), rows.Text(2), rows.Text(3), rows.Text(4)});
  }
  return edges;
}

Result<bool> IsHeldDirectly(Tx& tx, const std::string& id) {
  for (const HoldingEdge& e : TRY(EdgesThatMayHold(tx, id))) {
    if (TRY(EdgeHolds(tx, e.type, e.target, e.status, e.close_reason, e.metadata))) return true;
  }
  return false;
}

// Everybody whose own answer may depend on the changed issues: they themselves, who has an edge to
// them, and who waits for their parents' children.
Result<IdSet> Dependents(Tx& tx, const std::vector<std::string>& changed) {
  IdSet ids(changed.begin(), changed.end());
  for (const std::string& id : changed) {
    for (std::string& dependent : TRY(QueryTexts(
             tx.db(),
             "SELECT issue_id FROM dependencies WHERE depends_on_id = ?1 AND type IN ('blocks', "
             "'conditional-blocks', 'waits-for', 'parent-child') UNION "
             "SELECT w.issue_id FROM dependencies p JOIN dependencies w ON w.depends_on_id = p.depends_on_id "
             "WHERE p.issue_id = ?1 AND p.type = 'parent-child' AND w.type = 'waits-for' UNION "
             "SELECT w.issue_id FROM dependencies w WHERE w.type = 'waits-for' AND "
             "instr(w.metadata, 'spawner_id') > 0",
             id))) {
      ids.insert(std::move(dependent));
    }
  }
  return ids;
}

// The given issues and everybody below them.
Result<IdSet> Descendants(Tx& tx, const IdSet& roots) {
  IdSet all = roots;
  std::vector<std::string> open(roots.begin(), roots.end());
  while (!open.empty()) {
    const std::string id = std::move(open.back());
    open.pop_back();
    for (std::string& child : TRY(QueryTexts(tx.db(), kChildrenOf, id))) {
      if (all.insert(child).second) open.push_back(std::move(child));
    }
  }
  return all;
}

// Everybody in `region` whose parent outside of it is held up.
Result<bool> ParentOutsideIsHeld(Tx& tx, const std::string& id, const IdSet& region) {
  for (const std::string& parent :
       TRY(QueryTexts(tx.db(),
                      "SELECT d.depends_on_id FROM dependencies d JOIN blocked_issues_cache b ON "
                      "b.issue_id = d.depends_on_id WHERE d.issue_id = ? AND d.type = 'parent-child'",
                      id))) {
    if (!region.contains(parent)) return true;
  }
  return false;
}

// Spreads "held up" from the seeds to their children within the region.
Result<IdSet> Spread(Tx& tx, IdSet held, const IdSet& region) {
  std::vector<std::string> open(held.begin(), held.end());
  while (!open.empty()) {
    const std::string id = std::move(open.back());
    open.pop_back();
    for (std::string& child : TRY(QueryTexts(tx.db(), kChildrenOf, id))) {
      if (region.contains(child) && held.insert(child).second) open.push_back(std::move(child));
    }
  }
  return held;
}

}  // namespace

// The region is closed under "child of", so what is outside cannot change; inside, the least solution
// is found from the seeds, which is right for parents in a circle too.
Status UpdateBlocked(Tx& tx, const std::vector<std::string>& changed) {
  const IdSet region = TRY(Descendants(tx, TRY(Dependents(tx, changed))));
  IdSet seeds;
  for (const std::string& id : region) {
    if (TRY(IsHeldDirectly(tx, id)) || TRY(ParentOutsideIsHeld(tx, id, region))) seeds.insert(id);
  }
  const IdSet held = TRY(Spread(tx, std::move(seeds), region));
  for (const std::string& id : region) {
    if (held.contains(id)) {
      TRY(
          tx.db().Execute("INSERT OR IGNORE INTO blocked_issues_cache(issue_id) "
                          "SELECT id FROM issues WHERE id = ?",
                          id));
    } else {
      TRY(tx.db().Execute("DELETE FROM blocked_issues_cache WHERE issue_id = ?", id));
    }
  }
  return Ok();
}

Status RebuildBlocked(Tx& tx) {
  IdSet held;
  {
    Statement rows = TRY(
        tx.db().Prepare("SELECT d.issue_id, d.type, d.depends_on_id, i.status, i.close_reason, d.metadata "
                        "FROM dependencies d LEFT JOIN issues i ON i.id = d.depends_on_id "
                        "WHERE d.type IN ('blocks', 'conditional-blocks', 'waits-for')"));
    while (TRY(rows.Step())) {
      if (TRY(EdgeHolds(tx, rows.Text(1), rows.Text(2), rows.Text(3), rows.Text(4), rows.Text(5)))) {
        held.insert(rows.Text(0));
      }
    }
  }
  TRY(tx.db().Run("DELETE FROM blocked_issues_cache"));
  for (const std::string& id : TRY(Descendants(tx, held))) {
    TRY(tx.db().Execute("INSERT INTO blocked_issues_cache(issue_id) SELECT id FROM issues WHERE id = ?", id));
  }
  return Ok();
}

Result<std::vector<std::string>> DirectBlockers(Tx& tx, std::string_view id) {
  std::vector<std::string> blockers;
  for (const HoldingEdge& e : TRY(EdgesThatMayHold(tx, id))) {
    const bool external = e.type == edge::kBlocks && e.target.starts_with(kExternalPrefix);
    if (external || TRY(EdgeHolds(tx, e.type, e.target, e.status, e.close_reason, e.metadata))) {
      blockers.push_back(e.target);
    }
  }
  return blockers;
}

}  // namespace bd
