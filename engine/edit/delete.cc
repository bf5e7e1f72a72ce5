#include "engine/edit/delete.h"

#include <algorithm>
#include <set>

#include "engine/base/text.h"
#include "engine/storage/attachments.h"
#include "engine/storage/blocked.h"
#include "engine/storage/dirty.h"
#include "engine/storage/issues.h"

namespace bd {

namespace {

bool IsIdCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

// An id goes on behind `rest` if there is a character of an id, or a dot and a number of a child.
bool IdGoesOn(std::string_view rest) {
  if (rest.empty()) return false;
  if (rest[0] == '.') return rest.size() > 1 && rest[1] >= '0' && rest[1] <= '9';
  return IsIdCharacter(rest[0]);
}

// The issue with every mention of the ids replaced; equal to the original if there is none.
Issue WithoutMentions(Issue issue, const std::vector<Issue>& deleted) {
  for (std::string* field : {&issue.description, &issue.notes, &issue.design, &issue.acceptance_criteria}) {
    for (const Issue& gone : deleted) *field = ReplaceMentions(*field, gone.id);
  }
  return issue;
}

Result<std::vector<Issue>> LoadAll(EditContext& context, const std::vector<std::string>& ids) {
  std::vector<Issue> issues;
  std::vector<std::string> missing;
  for (const std::string& id : ids) {
    std::optional<Issue> issue = TRY(FindIssue(context.tx, id));
    if (!issue) {
      missing.push_back(id);
    } else {
      issues.push_back(std::move(*issue));
    }
  }
  if (missing.empty()) return issues;
  if (ids.size() == 1) return NotFound(Cat("issue ", missing[0], " not found"));
  return NotFound(Cat("issues not found: ", Join(missing, ", ")));
}

Status AddDependents(EditContext& context, std::vector<Issue>& issues) {
  std::set<std::string> met;
  for (const Issue& issue : issues) met.insert(issue.id);
  for (size_t at = 0; at < issues.size(); ++at) {
    for (const Dependency& e : TRY(EdgesTo(context.tx, issues[at].id))) {
      if (!met.insert(e.issue_id).second) continue;
      std::optional<Issue> dependent = TRY(FindIssue(context.tx, e.issue_id));
      if (dependent && !dependent->IsTombstone()) issues.push_back(std::move(*dependent));
    }
  }
  return Ok();
}

Status WriteTombstone(EditContext& context, const Issue& before, const DeleteOptions& options) {
  TRY(MarkDirty(context.tx, before.id, context.now));
  Issue after = before;
  if (!before.IsTombstone()) after.original_type = before.issue_type;
  after.status = status::kTombstone;
  after.closed_at.reset();
  after.deleted_at = NextUpdate(context, before);
  after.updated_at = *after.deleted_at;
  after.deleted_by = context.actor;
  after.delete_reason = options.reason;
  TRY(UpdateIssueRow(context.tx, after));
  return Record(context, before.id, "deleted", Cat("Deleted issue: ", options.reason));
}

}  // namespace

std::string ReplaceMentions(std::string_view text, std::string_view id) {
  std::string out;
  for (size_t start = 0;;) {
    const size_t at = text.find(id, start);
    if (at == std::string_view::npos) return out.append(text.substr(start));
    const bool begins = at == 0 || !IsIdCharacter(text[at - 1]);
    // What a deletion wrote before stays as it is.
    const bool marked = text.substr(0, at).ends_with("[deleted:");
    out.append(text.substr(start, at - start));
    if (begins && !marked && !IdGoesOn(text.substr(at + id.size()))) {
      out.append(Cat("[deleted:", id, "]"));
    } else {
      out.append(id);
    }
    start = at + id.size();
  }
}

Result<DeletePlan> PlanDelete(EditContext& context, const std::vector<std::string>& ids, bool cascade) {
  DeletePlan plan;
  plan.issues = TRY(LoadAll(context, ids));
  if (cascade) TRY(AddDependents(context, plan.issues));
  std::set<std::string> deleted, neighbours;
  for (const Issue& issue : plan.issues) deleted.insert(issue.id);
  for (const Issue& issue : plan.issues) {
    for (const Dependency& e : TRY(EdgesFrom(context.tx, issue.id))) {
      plan.edges.push_back(e);
      neighbours.insert(e.depends_on_id);
    }
    for (const Dependency& e : TRY(EdgesTo(context.tx, issue.id))) {
      neighbours.insert(e.issue_id);
      // An edge between two deleted issues was seen from its start.
      if (deleted.contains(e.issue_id)) continue;
      plan.edges.push_back(e);
      if (std::find(plan.dependents.begin(), plan.dependents.end(), e.issue_id) == plan.dependents.end()) {
        plan.dependents.push_back(e.issue_id);
      }
    }
    plan.labels += static_cast<int64_t>(issue.labels.size());
    plan.events += TRY(QueryInt(context.tx.db(), "SELECT count(*) FROM events WHERE issue_id = ?", issue.id));
  }
  for (const std::string& id : neighbours) {
    if (deleted.contains(id)) continue;
    std::optional<Issue> neighbour = TRY(FindIssue(context.tx, id));
    if (!neighbour || neighbour->IsTombstone()) continue;
    if (!(WithoutMentions(*neighbour, plan.issues) == *neighbour))
      plan.mentions.push_back(std::move(*neighbour));
  }
  return plan;
}

Status ExecuteDelete(EditContext& context, const DeletePlan& plan, const DeleteOptions& options) {
  std::set<std::string> affected;
  for (const Issue& mention : plan.mentions)
    TRY(WriteChange(context, mention, WithoutMentions(mention, plan.issues)));
  for (const Dependency& e : plan.edges) {
    TRY(TouchIssue(context, e.issue_id));
    TRY(DeleteEdge(context.tx, e));
    TRY(Record(context, e.issue_id, "dependency_removed", Cat("Removed dependency on ", e.depends_on_id)));
    affected.insert(e.issue_id);
    affected.insert(e.depends_on_id);
  }
  for (const Issue& issue : plan.issues) {
    affected.insert(issue.id);
    if (options.hard) {
      TRY(MarkRemoved(context.tx, issue.id));
      TRY(ForgetDirty(context.tx, issue.id));
      TRY(DeleteIssueRows(context.tx, issue.id));
    } else {
      Issue before = *TRY(FindIssue(context.tx, issue.id));
      TRY(WriteTombstone(context, before, options));
    }
  }
  return UpdateBlocked(context.tx, {affected.begin(), affected.end()});
}

}  // namespace bd
