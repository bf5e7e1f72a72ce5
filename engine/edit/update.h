// Changes of an issue's own fields.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/fields.h"
#include "engine/base/result.h"
#include "engine/edit/context.h"

namespace bd {

// What is absent stays as it is; an empty text clears.
struct FieldChanges {
  std::optional<std::string> status, title, description, design, acceptance_criteria, notes, append_notes,
      issue_type, assignee, external_ref, spec_id, await_id, session, metadata;
  std::optional<int64_t> priority, estimated_minutes;
  std::optional<Time> due_at, defer_until;
  bool clear_due = false, clear_defer = false;
  std::optional<bool> ephemeral, pinned;
  std::optional<std::string> sender, holder, hook_bead, role_bead, agent_state, role_type, rig, event_kind,
      event_actor, event_target, event_payload;
  std::optional<std::vector<std::string>> waiters;
  bool active_now = false;  // last_activity becomes now
  bool empty() const;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("status", self.status, kOmitEmpty);
    visit("title", self.title, kOmitEmpty);
    visit("description", self.description, kOmitEmpty);
    visit("design", self.design, kOmitEmpty);
    visit("acceptance_criteria", self.acceptance_criteria, kOmitEmpty);
    visit("notes", self.notes, kOmitEmpty);
    visit("append_notes", self.append_notes, kOmitEmpty);
    visit("issue_type", self.issue_type, kOmitEmpty);
    visit("assignee", self.assignee, kOmitEmpty);
    visit("external_ref", self.external_ref, kOmitEmpty);
    visit("spec_id", self.spec_id, kOmitEmpty);
    visit("await_id", self.await_id, kOmitEmpty);
    visit("session", self.session, kOmitEmpty);
    visit("metadata", self.metadata, kOmitEmpty);
    visit("priority", self.priority, kOmitEmpty);
    visit("estimated_minutes", self.estimated_minutes, kOmitEmpty);
    visit("due_at", self.due_at, kOmitEmpty);
    visit("clear_due", self.clear_due, kOmitEmpty);
    visit("defer_until", self.defer_until, kOmitEmpty);
    visit("clear_defer", self.clear_defer, kOmitEmpty);
    visit("ephemeral", self.ephemeral, kOmitEmpty);
    visit("pinned", self.pinned, kOmitEmpty);
    visit("sender", self.sender, kOmitEmpty);
    visit("holder", self.holder, kOmitEmpty);
    visit("hook_bead", self.hook_bead, kOmitEmpty);
    visit("role_bead", self.role_bead, kOmitEmpty);
    visit("agent_state", self.agent_state, kOmitEmpty);
    visit("role_type", self.role_type, kOmitEmpty);
    visit("rig", self.rig, kOmitEmpty);
    visit("event_kind", self.event_kind, kOmitEmpty);
    visit("event_actor", self.event_actor, kOmitEmpty);
    visit("event_target", self.event_target, kOmitEmpty);
    visit("event_payload", self.event_payload, kOmitEmpty);
    visit("waiters", self.waiters, kOmitEmpty);
    visit("active_now", self.active_now, kOmitEmpty);
  }
};

// Errors begin with "validate field update: " where a value is refused.
Status UpdateIssue(EditContext& context, std::string_view id, const FieldChanges& changes);

// Takes an issue for the actor: it becomes assigned and in_progress. Succeeds again for its holder.
// kConflict `issue already claimed by X`, kInvalid `issue is closed`.
Status ClaimIssue(EditContext& context, std::string_view id);

struct LabelChanges {
  std::optional<std::vector<std::string>> set;
  std::vector<std::string> add, remove;
  bool empty() const { return !set && add.empty() && remove.empty(); }

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("set", self.set, kOmitEmpty);
    visit("add", self.add, kOmitEmpty);
    visit("remove", self.remove, kOmitEmpty);
  }
};
// In this order: set, add, remove. Labels are trimmed, empty ones dropped.
Status ChangeLabels(EditContext& context, std::string_view id, const LabelChanges& changes);

// kInvalid for an empty text.
Result<Comment> AddComment(EditContext& context, std::string_view id, std::string_view author,
                           std::string_view text);

}  // namespace bd
