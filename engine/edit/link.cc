#include "engine/edit/link.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/query/graph.h"
#include "engine/query/resolve.h"
#include "engine/storage/attachments.h"
#include "engine/storage/blocked.h"
#include "engine/storage/issues.h"
#include "engine/types/id.h"
#include "engine/types/validate.h"

namespace bd {

namespace {

bool IsSymmetric(std::string_view type) { return type == "related"; }

Result<bool> HasEdge(EditContext& context, std::string_view from, std::string_view to,
                     std::string_view type) {
  const std::vector<Dependency> edges = TRY(EdgesFrom(context.tx, from));
  return std::any_of(edges.begin(), edges.end(),
                     [&](const Dependency& e) { return e.depends_on_id == to && e.type == type; });
}

Status CheckHierarchy(EditContext& context, const std::string& from, const std::string& to,
                      const std::string& type) {
  if (type == edge::kParentChild) {
    const Issue child = TRY(LoadForEdit(context, from));
    const Issue parent = TRY(LoadForEdit(context, to));
    if (child.issue_type == "epic" && parent.issue_type != "epic") {
      return Invalid(Cat("invalid parent-child dependency: parent (", from, ") cannot depend on child (", to,
                         "). Use: bd dep add ", to, " ", from, " --type parent-child"));
    }
    return Ok();
  }
  if (EdgeAffectsReady(type) && from.starts_with(to + ".")) {
    return Invalid(Cat("cannot add dependency: ", from, " is already a child of ", to,
                       ". Children inherit dependency on parent completion via hierarchy. Adding an explicit "
                       "dependency would create a deadlock"));
  }
  return Ok();
}

}  // namespace

Status InsertEdgeWithEvent(EditContext& context, const Dependency& e) {
  TRY(InsertEdge(context.tx, e));
  return Record(context, e.issue_id, "dependency_added",
                Cat("Added dependency: ", e.issue_id, " ", e.type, " ", e.depends_on_id));
}

Status AddDependency(EditContext& context, const std::string& from, const std::string& to,
                     const std::string& type) {
  TRY(ValidateEdgeType(type));
  TRY(RequireIssue(context.tx, from));
  if (IsExternalReference(to)) {
    TRY(CheckExternalReference(to));
  } else {
    if (from == to) return Invalid("issue cannot depend on itself");
    if (!TRY(LiveIssueExists(context.tx, to))) return NotFound(Cat("dependency target ", to, " not found"));
    TRY(CheckHierarchy(context, from, to, type));
    if (EdgeAffectsReady(type) && TRY(IsReachable(context.tx, to, from))) {
      return Invalid(
          Cat("cannot add dependency: would create a cycle (", from, " → ", to, " → ... → ", from, ")"));
    }
    if (IsSymmetric(type) && TRY(HasEdge(context, to, from, type))) return Ok();
  }
  if (TRY(HasEdge(context, from, to, type))) {
    return Error{Code::kConflict,
                 Cat("failed to add dependency: ", from, " already depends on ", to, " (", type, ")"), "",
                 false};
  }
  TRY(TouchIssue(context, from));
  Dependency e;
  e.issue_id = from;
  e.depends_on_id = to;
  e.type = type;
  e.created_at = context.now;
  e.created_by = context.actor;
  TRY(InsertEdgeWithEvent(context, e));
  return EdgeAffectsReady(type) ? UpdateBlocked(context.tx, {from}) : Ok();
}

Status RemoveDependency(EditContext& context, const std::string& from, const std::string& to,
                        const std::string& only_type) {
  bool found = false;
  for (const Dependency& e : TRY(EdgesFrom(context.tx, from))) {
    if (e.depends_on_id != to || (!only_type.empty() && e.type != only_type)) continue;
    if (!found) TRY(TouchIssue(context, from));
    found = true;
    TRY(DeleteEdge(context.tx, e));
    TRY(Record(context, from, "dependency_removed", Cat("Removed dependency on ", to)));
  }
  if (!found) return NotFound(Cat("dependency from ", from, " to ", to, " does not exist"));
  return UpdateBlocked(context.tx, {from, to});
}

Status SetParent(EditContext& context, const std::string& id, const std::string& parent) {
  if (!parent.empty() && !TRY(LiveIssueExists(context.tx, parent))) {
    return NotFound(Cat("parent issue ", parent, " not found"));
  }
  for (const Dependency& e : TRY(EdgesFrom(context.tx, id))) {
    if (e.type != edge::kParentChild) continue;
    if (e.depends_on_id == parent) return Ok();
    TRY(RemoveDependency(context, id, e.depends_on_id, e.type));
    break;
  }
  return parent.empty() ? Ok() : AddDependency(context, id, parent, std::string(edge::kParentChild));
}

namespace {

Status Explain(Status status, std::string_view verb, const std::string& a, const std::string& b) {
  if (!status) {
    status.error().message =
        Cat("failed to ", verb, " relates-to ", a, " -> ", b, ": ", status.error().message);
  }
  return status;
}

}  // namespace

Status Relate(EditContext& context, const std::string& a, const std::string& b) {
  if (a == b) return Invalid("cannot relate an issue to itself");
  const std::string type(edge::kRelatesTo);
  TRY(Explain(AddDependency(context, a, b, type), "add", a, b));
  return Explain(AddDependency(context, b, a, type), "add", b, a);
}

Status Unrelate(EditContext& context, const std::string& a, const std::string& b) {
  const std::string type(edge::kRelatesTo);
  TRY(Explain(RemoveDependency(context, a, b, type), "remove", a, b));
  return Explain(RemoveDependency(context, b, a, type), "remove", b, a);
}

}  // namespace bd
