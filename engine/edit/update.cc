#include "engine/edit/update.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/storage/attachments.h"
#include "engine/storage/dirty.h"
#include "engine/types/validate.h"

namespace bd {

bool FieldChanges::empty() const {
  const std::optional<std::string>* texts[] = {
      &status,  &title,        &description, &design,       &acceptance_criteria,
      &notes,   &append_notes, &issue_type,  &assignee,     &external_ref,
      &spec_id, &await_id,     &session,     &metadata,     &sender,
      &holder,  &hook_bead,    &role_bead,   &agent_state,  &role_type,
      &rig,     &event_kind,   &event_actor, &event_target, &event_payload};
  return std::none_of(std::begin(texts), std::end(texts),
                      [](const auto* text) { return text->has_value(); }) &&
         !priority && !estimated_minutes && !due_at && !defer_until && !clear_due && !clear_defer &&
         !ephemeral && !pinned && !waiters && !active_now;
}

namespace {

Status CheckChanges(const EditContext& context, const FieldChanges& changes) {
  auto refuse = [](std::string_view reason, std::string hint = "") {
    return Invalid(Cat("validate field update: ", reason), std::move(hint));
  };
  if (changes.title && (Trim(*changes.title).empty() || changes.title->size() > kTitleBytesMax)) {
    return refuse("title must be 1-500 characters");
  }
  if (changes.status == status::kTombstone) {
    return refuse("cannot set status to tombstone directly; use 'bd delete' instead");
  }
  if (changes.status && !IsKnownStatus(*changes.status, context.vocabulary)) {
    return refuse(Cat("invalid status: ", *changes.status), WhichStatuses(context.vocabulary));
  }
  if (changes.issue_type && !IsKnownType(*changes.issue_type, context.vocabulary)) {
    return refuse(Cat("invalid issue type: ", *changes.issue_type), WhichTypes(context.vocabulary));
  }
  if (changes.priority && (*changes.priority < 0 || *changes.priority > 4)) {
    return refuse(Cat("priority must be between 0 and 4 (got ", *changes.priority, ")"));
  }
  if (changes.estimated_minutes && *changes.estimated_minutes < 0) {
    return refuse("estimated_minutes cannot be negative");
  }
  if (changes.agent_state && !IsKnownAgentState(*changes.agent_state)) {
    return refuse(Cat("invalid agent state: ", *changes.agent_state));
  }
  return Ok();
}

void ApplyStatus(const EditContext& context, const FieldChanges& changes, Issue& issue) {
  if (!changes.status) return;
  const bool was_closed = issue.IsClosed();
  issue.status = *changes.status;
  if (issue.IsClosed()) {
    issue.closed_at = context.now;
    issue.close_reason.clear();
    if (changes.session) issue.closed_by_session = *changes.session;
  } else if (was_closed) {
    issue.closed_at.reset();
    issue.close_reason.clear();
  }
}

template <typename T>
void Apply(const std::optional<T>& change, T& value) {
  if (change) value = *change;
}

Issue Changed(const EditContext& context, const FieldChanges& changes, Issue issue) {
  ApplyStatus(context, changes, issue);
  Apply(changes.title, issue.title);
  Apply(changes.description, issue.description);
  Apply(changes.design, issue.design);
  Apply(changes.acceptance_criteria, issue.acceptance_criteria);
  Apply(changes.notes, issue.notes);
  if (changes.append_notes) {
    issue.notes = issue.notes.empty() ? *changes.append_notes : Cat(issue.notes, "\n", *changes.append_notes);
  }
  Apply(changes.issue_type, issue.issue_type);
  Apply(changes.assignee, issue.assignee);
  Apply(changes.external_ref, issue.external_ref);
  Apply(changes.spec_id, issue.spec_id);
  Apply(changes.await_id, issue.await_id);
  Apply(changes.priority, issue.priority);
  if (changes.estimated_minutes) issue.estimated_minutes = *changes.estimated_minutes;
  if (changes.due_at || changes.clear_due) issue.due_at = changes.due_at;
  if (changes.defer_until || changes.clear_defer) issue.defer_until = changes.defer_until;
  Apply(changes.ephemeral, issue.ephemeral);
  Apply(changes.pinned, issue.pinned);
  Apply(changes.sender, issue.sender);
  Apply(changes.holder, issue.holder);
  Apply(changes.hook_bead, issue.hook_bead);
  Apply(changes.role_bead, issue.role_bead);
  Apply(changes.agent_state, issue.agent_state);
  Apply(changes.role_type, issue.role_type);
  Apply(changes.rig, issue.rig);
  Apply(changes.event_kind, issue.event_kind);
  Apply(changes.event_actor, issue.actor);
  Apply(changes.event_target, issue.target);
  Apply(changes.event_payload, issue.payload);
  Apply(changes.waiters, issue.waiters);
  if (changes.active_now) issue.last_activity = context.now;
  if (changes.metadata) issue.metadata.text = *changes.metadata;
  return issue;
}

// What leaves the file's reach must have been in it, and the other way round.
Status FollowEphemeral(EditContext& context, const Issue& before, const Issue& after) {
  if (after.ephemeral && !before.ephemeral) return ShareEphemeral(context.tx, after.id);
  const bool was_local = before.ephemeral && !TRY(IsExported(context.tx, before));
  if (was_local && !after.ephemeral) return MarkNew(context.tx, after.id, context.now);
  return Ok();
}

Status CheckTemplate(const Issue& issue) {
  if (!issue.is_template) return Ok();
  return Invalid(Cat("cannot modify template ", issue.id,
                     ": templates are read-only; use 'bd mol pour' to create a work item"));
}

}  // namespace

Status UpdateIssue(EditContext& context, std::string_view id, const FieldChanges& changes) {
  const Issue before = TRY(LoadForEdit(context, id));
  TRY(CheckTemplate(before));
  TRY(CheckChanges(context, changes));
  const Issue after = Changed(context, changes, before);
  if (!after.external_ref.empty() && after.external_ref != before.external_ref) {
    if (auto other = TRY(
            QueryText(context.tx.db(), "SELECT id FROM issues WHERE external_ref = ?", after.external_ref))) {
      return Error{Code::kConflict,
                   Cat("external reference '", after.external_ref, "' belongs to issue ", *other), "", false};
    }
  }
  TRY(WriteChange(context, before, after));
  return FollowEphemeral(context, before, after);
}

Status ClaimIssue(EditContext& context, std::string_view id) {
  const Issue before = TRY(LoadForEdit(context, id));
  TRY(CheckTemplate(before));
  if (before.IsClosed()) return Invalid("issue is closed");
  if (!before.assignee.empty() && before.assignee != context.actor) {
    return Error{Code::kConflict, Cat("issue already claimed by ", before.assignee), "", false};
  }
  if (before.assignee == context.actor && before.status == status::kInProgress) return Ok();
  Issue after = before;
  after.assignee = context.actor;
  after.status = status::kInProgress;
  TRY(WriteChange(context, before, std::move(after)));
  return Record(context, id, "claimed", Cat("Claimed by ", context.actor));
}

Status ChangeLabels(EditContext& context, std::string_view id, const LabelChanges& changes) {
  const Issue issue = TRY(LoadForEdit(context, id));
  std::vector<std::string> labels = changes.set ? std::vector<std::string>() : issue.labels;
  auto clean = [](const std::vector<std::string>& given) {
    std::vector<std::string> kept;
    for (const std::string& label : given) {
      if (std::string_view text = Trim(label); !text.empty()) kept.emplace_back(text);
    }
    return kept;
  };
  auto has = [](const std::vector<std::string>& list, const std::string& label) {
    return std::find(list.begin(), list.end(), label) != list.end();
  };
  for (const auto* added : {changes.set ? &*changes.set : nullptr, &changes.add}) {
    if (added == nullptr) continue;
    for (std::string& label : clean(*added)) {
      if (!has(labels, label)) labels.push_back(std::move(label));
    }
  }
  for (const std::string& label : clean(changes.remove)) std::erase(labels, label);
  std::sort(labels.begin(), labels.end());
  if (labels == issue.labels) return Ok();
  TRY(TouchIssue(context, id));
  for (const std::string& label : labels) {
    if (has(issue.labels, label)) continue;
    TRY(AddLabel(context.tx, id, label));
    TRY(Record(context, id, "label_added", Cat("Added label: ", label)));
  }
  for (const std::string& label : issue.labels) {
    if (has(labels, label)) continue;
    TRY(RemoveLabel(context.tx, id, label));
    TRY(Record(context, id, "label_removed", Cat("Removed label: ", label)));
  }
  return Ok();
}

Result<Comment> AddComment(EditContext& context, std::string_view id, std::string_view author,
                           std::string_view text) {
  if (Trim(text).empty()) return Invalid("comment text required (use -f to read from file)");
  TRY(LoadForEdit(context, id));
  TRY(TouchIssue(context, id));
  Comment comment;
  comment.issue_id = id;
  comment.author = author;
  comment.text = text;
  comment.created_at = context.now;
  return InsertComment(context.tx, std::move(comment), std::nullopt);
}

}  // namespace bd
