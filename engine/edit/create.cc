#include "engine/edit/create.h"

#include <algorithm>

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/edit/link.h"
#include "engine/storage/attachments.h"
#include "engine/storage/blocked.h"
#include "engine/storage/dirty.h"
#include "engine/storage/issues.h"
#include "engine/storage/settings.h"
#include "engine/types/id.h"
#include "engine/types/issue_json.h"
#include "engine/types/validate.h"

namespace bd {

namespace {

Result<LengthRule> LoadLengthRule(Tx& tx) {
  LengthRule rule;
  auto number = [&tx](std::string_view key) -> Result<std::optional<int64_t>> {
    return ParseInt(TRY(GetConfig(tx, key)).value_or(""));
  };
  auto clamp = [](int64_t length) {
    return static_cast<int>(std::clamp<int64_t>(length, kCodeLengthMin, kCodeLengthMax));
  };
  if (auto length = TRY(number("min_hash_length"))) rule.length_min = clamp(*length);
  if (auto length = TRY(number("max_hash_length"))) rule.length_max = clamp(*length);
  rule.length_max = std::max(rule.length_max, rule.length_min);
  const std::string probability = TRY(GetConfig(tx, "max_collision_prob")).value_or("");
  if (!probability.empty()) {
    if (auto document = JsonDocument::Parse(probability)) {
      rule.probability_max = document->root().AsDouble().value_or(rule.probability_max);
    }
  }
  return rule;
}

struct AllowedPrefixes {
  std::string own;
  std::vector<std::string> others;
  bool Allow(std::string_view id) const {
    auto fits = [id](std::string_view prefix) {
      return id.starts_with(Cat(prefix, prefix.ends_with('-') ? "" : "-"));
    };
    return fits(own) || std::any_of(others.begin(), others.end(), fits);
  }
};
Result<AllowedPrefixes> LoadAllowedPrefixes(Tx& tx) {
  return AllowedPrefixes{TRY(IssuePrefix(tx)),
                         SplitList(TRY(GetConfig(tx, "allowed_prefixes")).value_or(""))};
}

Status CheckGivenId(EditContext& context, const NewIssue& request) {
  const std::string& id = request.issue.id;
  if (!IsWellFormedId(id)) {
    return Invalid(
        Cat("invalid ID format '", id,
            "' (expected format: prefix-hash or prefix-hash.number, e.g., 'bd-a3f8e9' or 'bd-a3f8e9.1')"));
  }
  const AllowedPrefixes allowed = TRY(LoadAllowedPrefixes(context.tx));
  if (!request.any_prefix && !allowed.Allow(id)) {
    return Invalid(Cat("prefix mismatch: database uses '", allowed.own, "-'",
                       allowed.others.empty() ? "" : Cat(" (allowed: ", Join(allowed.others, ", "), ")"),
                       " but ID '", id, "' doesn't match (use --force to override)"));
  }
  const auto status = TRY(QueryText(context.tx.db(), "SELECT status FROM issues WHERE id = ?", id));
  if (status && *status != status::kTombstone) {
    return Error{Code::kConflict, Cat("issue ", id, " already exists"), "", false};
  }
  return Ok();
}

// A deleted issue gives its id to the new one, and with it the moment of its creation: to all who have an
// older version, another clone, an old branch, the new one is a later version of it. Else it would be another
// issue to them, and the deleted one come back under another id (docs/decisions/0015-ids-used-again.md).
struct Room {
  std::vector<std::string> affected;  // it and its neighbours, if there was one
  std::optional<DirtyMark> mark;      // its row is gone, its line in the file is not
};
Result<Room> MakeRoom(EditContext& context, Issue& issue) {
  Tx& tx = context.tx;
  const std::string& id = issue.id;
  std::optional<Issue> tombstone = TRY(FindIssue(tx, id));
  if (!tombstone) return Room();
  MARK("create.over_tombstone");
  issue.created_at = tombstone->created_at;
  issue.updated_at = NextUpdate(context, *tombstone);
  TRY(MarkDirty(tx, id, context.now));
  Room room{{id}, TRY(MarkOf(tx, id))};
  for (const Dependency& edge : tombstone->dependencies) room.affected.push_back(edge.depends_on_id);
  TRY(DeleteIssueRows(tx, id));
  return room;
}

Status RaiseChildCounter(Tx& tx, std::string_view id) {
  std::optional<ChildId> child = SplitChildId(id);
  if (!child || !TRY(IssueExists(tx, child->parent))) return Ok();
  return tx.db().Execute(
      "INSERT INTO child_counters(parent_id, last_child) VALUES (?, ?) ON CONFLICT(parent_id) "
      "DO UPDATE SET last_child = max(last_child, excluded.last_child)",
      child->parent, child->number);
}

// The edges that the new issue starts with, checked before anything is written.
Result<std::vector<Dependency>> CheckedEdges(EditContext& context, const NewIssue& request) {
  std::vector<Dependency> edges;
  auto add = [&](std::string_view target, std::string_view type, std::string_view metadata) {
    Dependency edge;
    edge.issue_id = request.issue.id;
    edge.depends_on_id = target;
    edge.type = type;
    edge.created_at = context.now;
    edge.created_by = context.actor;
    edge.metadata = metadata;
    edges.push_back(std::move(edge));
  };
  if (!request.parent.empty()) add(request.parent, edge::kParentChild, "");
  for (const NewEdge& wanted : request.edges) {
    Status fits = ValidateEdgeType(wanted.type);
    if (fits && IsExternalReference(wanted.target)) {
      fits = CheckExternalReference(wanted.target);
    } else if (fits && !TRY(LiveIssueExists(context.tx, wanted.target))) {
      fits = NotFound(Cat("dependency target ", wanted.target, " not found"));
    }
    if (!fits) {
      fits.error().message =
          Cat("failed to add dependency ", request.issue.id.empty() ? "" : request.issue.id + " ", "-> ",
              wanted.target, ": ", fits.error().message);
      return std::move(fits).error();
    }
    add(wanted.target, wanted.type, "");
  }
  if (!request.waits_for.empty()) {
    if (!TRY(LiveIssueExists(context.tx, request.waits_for))) {
      return NotFound(Cat("failed to add dependency: waits-for target ", request.waits_for, " not found"));
    }
    add(request.waits_for, edge::kWaitsFor,
        request.waits_for_any ? R"({"gate":"any-children"})" : R"({"gate":"all-children"})");
  }
  return edges;
}

// The row with what follows from it.
Status InsertCreated(EditContext& context, Issue& issue) {
  Room room = TRY(MakeRoom(context, issue));
  TRY(InsertIssueRow(context.tx, issue));
  if (room.mark) {
    TRY(PutMark(context.tx, *room.mark));
  } else if (!issue.ephemeral) {
    TRY(MarkNew(context.tx, issue.id, context.now));
  }
  TRY(RaiseChildCounter(context.tx, issue.id));
  if (!TRY(ConnectDangling(context.tx, issue.id)).empty()) room.affected.push_back(issue.id);
  if (!room.affected.empty()) TRY(UpdateBlocked(context.tx, room.affected));
  return AddEvent(context.tx, {issue.id, "created", context.actor, std::nullopt, IssueLine(issue),
                               std::nullopt, context.now});
}

}  // namespace

NewEdge ParseEdge(std::string_view text) {
  text = Trim(text);
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || IsExternalReference(text))
    return {std::string(edge::kBlocks), std::string(text)};
  return {std::string(Trim(text.substr(0, colon))), std::string(Trim(text.substr(colon + 1)))};
}

Result<bool> HasAllowedPrefix(Tx& tx, std::string_view id) { return TRY(LoadAllowedPrefixes(tx)).Allow(id); }

Result<std::string> MakeIssueId(EditContext& context, const Issue& issue, std::string_view id_prefix) {
  std::string prefix = TRY(IssuePrefix(context.tx));
  if (!id_prefix.empty()) prefix += Cat("-", id_prefix);
  const LengthRule rule = TRY(LoadLengthRule(context.tx));
  const CodeSource source{issue.title, issue.description, context.actor, issue.created_at};
  for (int length = CodeLength(TRY(TopLevelIssues(context.tx)), rule); length <= kCodeLengthMax; ++length) {
    for (int nonce = 0; nonce < kNoncesPerLength; ++nonce) {
      std::string id = Cat(prefix, "-", MakeCode(source, length, nonce));
      if (!TRY(IssueExists(context.tx, id))) return id;
      MARK("create.id_collision");
    }
  }
  return Error{Code::kConflict, "no free issue id was found; try again", "", false};
}

Result<std::string> MakeChildId(EditContext& context, const std::string& parent) {
  if (DotsIn(parent) >= context.hierarchy_depth_max) {
    return Invalid(
        Cat("maximum hierarchy depth (", context.hierarchy_depth_max, ") exceeded for parent ", parent));
  }
  int64_t last =
      TRY(QueryInt(context.tx.db(), "SELECT last_child FROM child_counters WHERE parent_id = ?", parent));
  // The counter may be lost or behind: numbers that are taken count too.
  for (const std::string& id : TRY(QueryTexts(
           context.tx.db(), "SELECT id FROM issues WHERE id > ? AND id < ?", parent + ".", parent + "/"))) {
    std::optional<ChildId> child = SplitChildId(id);
    if (child && child->parent == parent) last = std::max(last, child->number);
  }
  // Ids come from elsewhere, too.
  if (last == INT64_MAX) {
    return Error{Code::kConflict, Cat("no number is left for another child of ", parent),
                 Cat("name it yourself, with 'bd create --id ", parent, ".N', then 'bd dep add ID ", parent,
                     " --type parent-child'"),
                 false};
  }
  return Cat(parent, ".", last + 1);
}

Result<Issue> CreateIssue(EditContext& context, NewIssue request) {
  Issue& issue = request.issue;
  issue.created_at = issue.updated_at = context.now;
  if (!request.parent.empty() && !TRY(LiveIssueExists(context.tx, request.parent))) {
    return NotFound(Cat("parent issue ", request.parent, " not found"));
  }
  if (!issue.id.empty()) TRY(CheckGivenId(context, request));
  if (issue.IsClosed()) issue.closed_at = context.now;
  if (Status valid = ValidateIssue(issue, context.vocabulary, WordCheck::kKnownWords); !valid) {
    valid.error().message = "validation failed: " + valid.error().message;
    return std::move(valid).error();
  }
  if (issue.id.empty()) {
    issue.id = request.parent.empty() ? TRY(MakeIssueId(context, issue, request.id_prefix))
                                      : TRY(MakeChildId(context, request.parent));
  }
  const std::vector<Dependency> edges = TRY(CheckedEdges(context, request));
  if (!issue.external_ref.empty()) {
    if (auto other = TRY(
            QueryText(context.tx.db(), "SELECT id FROM issues WHERE external_ref = ?", issue.external_ref))) {
      return Error{Code::kConflict,
                   Cat("external reference '", issue.external_ref, "' belongs to issue ", *other), "", false};
    }
  }
  TRY(InsertCreated(context, issue));
  for (const std::string& label : issue.labels) {
    TRY(AddLabel(context.tx, issue.id, label));
    TRY(Record(context, issue.id, "label_added", Cat("Added label: ", label)));
  }
  for (const Dependency& edge : edges) TRY(InsertEdgeWithEvent(context, edge));
  if (!edges.empty()) TRY(UpdateBlocked(context.tx, {issue.id}));
  return issue;
}

}  // namespace bd
