#include "engine/edit/context.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/storage/blocked.h"
#include "engine/storage/dirty.h"
#include "engine/storage/issues.h"
#include "engine/types/issue_fields.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

constexpr int64_t kUpdateStepNanos = 1000;

// The members that differ, with their new values, keys in the order of their bytes.
std::string ChangedMembers(const Issue& before, const Issue& after) {
  FieldSet same;
  for (size_t i = 0; i < kIssueFieldCount; ++i) {
    std::visit([&](auto member) { same.set(i, before.*member == after.*member); }, kIssueFields[i].member);
  }
  same.set(*IssueFieldIndex("updated_at"));
  std::string text;
  JsonWriter out(text);
  out.BeginObject();
  WriteIssueMembers(out, after, same);
  out.EndObject();
  auto sorted = JsonDocument::Parse(text);
  return sorted ? sorted->root().Dump() : text;
}

std::string_view EventType(const Issue& before, const Issue& after) {
  if (before.status == after.status) return "updated";
  if (after.IsClosed()) return "closed";
  return before.IsClosed() ? "reopened" : "status_changed";
}

}  // namespace

Result<Issue> LoadForEdit(EditContext& context, std::string_view id) {
  std::optional<Issue> issue = TRY(FindIssue(context.tx, id));
  if (!issue || issue->IsTombstone()) return NotFound(Cat("issue ", id, " not found"));
  return std::move(*issue);
}

Time NextUpdate(const EditContext& context, const Issue& issue) {
  return std::max(context.now, issue.updated_at.Plus(kUpdateStepNanos));
}

Status TouchIssue(EditContext& context, std::string_view id) {
  std::optional<Issue> issue = TRY(FindIssue(context.tx, id, {}));
  if (!issue) return NotFound(Cat("issue ", id, " not found"));
  TRY(MarkDirty(context.tx, id, context.now));
  return context.tx.db().Execute("UPDATE issues SET updated_at = ? WHERE id = ?", NextUpdate(context, *issue),
                                 id);
}

Status WriteChange(EditContext& context, const Issue& before, Issue after) {
  TRY(MarkDirty(context.tx, before.id, context.now));
  after.updated_at = NextUpdate(context, before);
  TRY(UpdateIssueRow(context.tx, after));
  TRY(AddEvent(context.tx, {before.id, std::string(EventType(before, after)), context.actor,
                            IssueLine(before), ChangedMembers(before, after), std::nullopt, context.now}));
  // An issue that waits on a condition looks at the reason too.
  if (before.status == after.status && before.close_reason == after.close_reason) return Ok();
  return UpdateBlocked(context.tx, {before.id});
}

Status Record(EditContext& context, std::string_view id, std::string_view type, std::string comment) {
  return AddEvent(context.tx, {std::string(id), std::string(type), context.actor, std::nullopt, std::nullopt,
                               std::move(comment), context.now});
}

}  // namespace bd
