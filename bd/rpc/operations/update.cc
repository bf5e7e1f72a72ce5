// update: changes of an issue, its labels, its parent and its relations.
#include "engine/edit/update.h"

#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/base/text.h"
#include "engine/edit/link.h"
#include "engine/query/resolve.h"

namespace bd {
namespace {

struct Args {
  std::string id;
  FieldChanges fields;
  std::optional<std::string> event_category, due_at, defer_until, parent, replies_to, relates_to,
      duplicate_of, superseded_by;
  LabelChanges labels;
  bool claim = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    auto& f = self.fields;
    visit("title", f.title);
    visit("description", f.description);
    visit("status", f.status);
    visit("priority", f.priority);
    visit("design", f.design);
    visit("acceptance_criteria", f.acceptance_criteria);
    visit("notes", f.notes);
    visit("spec_id", f.spec_id);
    visit("assignee", f.assignee);
    visit("external_ref", f.external_ref);
    visit("estimated_minutes", f.estimated_minutes);
    visit("issue_type", f.issue_type);
    visit("sender", f.sender);
    visit("ephemeral", f.ephemeral);
    visit("pinned", f.pinned);
    visit("hook_bead", f.hook_bead);
    visit("role_bead", f.role_bead);
    visit("agent_state", f.agent_state);
    visit("last_activity", f.active_now);
    visit("role_type", f.role_type);
    visit("rig", f.rig);
    visit("event_category", f.event_kind);
    visit("event_actor", f.event_actor);
    visit("event_target", f.event_target);
    visit("event_payload", f.event_payload);
    visit("await_id", f.await_id);
    visit("waiters", f.waiters);
    visit("holder", f.holder);
    visit("metadata", f.metadata);
    visit("due_at", self.due_at);
    visit("defer_until", self.defer_until);
    visit("parent", self.parent);
    visit("replies_to", self.replies_to);
    visit("relates_to", self.relates_to);
    visit("duplicate_of", self.duplicate_of);
    visit("superseded_by", self.superseded_by);
    visit("add_labels", self.labels.add);
    visit("remove_labels", self.labels.remove);
    visit("set_labels", self.labels.set);
    visit("claim", self.claim);
  }
};

Status ReadMoments(Args& args) {
  auto read = [](std::string_view name, const std::optional<std::string>& text, std::optional<Time>& moment,
                 bool& clear) -> Status {
    if (!text) return Ok();
    clear = text->empty();
    moment = ReadMoment(*text);
    if (moment || clear) return Ok();
    return Invalid(Cat("invalid ", name, " format ", Quote(*text), ": use YYYY-MM-DD or RFC3339"));
  };
  TRY(read("due_at", args.due_at, args.fields.due_at, args.fields.clear_due));
  return read("defer_until", args.defer_until, args.fields.defer_until, args.fields.clear_defer);
}

// A list in JSON, or one id.
Result<std::vector<std::string>> IdsIn(const std::string& text) {
  std::vector<std::string> ids;
  if (!text.starts_with('[')) return std::vector<std::string>{text};
  const Result<JsonDocument> list = JsonDocument::Parse(text);
  if (!list || !ReadJson(list->root(), ids))
    return Invalid("relates_to must be an id, or a JSON list of ids");
  return ids;
}

Status AddRelations(EditContext& context, const Args& args) {
  const std::pair<std::string_view, const std::optional<std::string>*> kinds[] = {
      {"replies-to", &args.replies_to},
      {edge::kDuplicates, &args.duplicate_of},
      {edge::kSupersedes, &args.superseded_by}};
  for (const auto& [type, target] : kinds) {
    if (!*target || (*target)->empty()) continue;
    // The new issue is what supersedes.
    const bool turned = type == edge::kSupersedes;
    TRY(During("failed to update issue: ", AddDependency(context, turned ? **target : args.id,
                                                         turned ? args.id : **target, std::string(type))));
  }
  if (!args.relates_to || args.relates_to->empty()) return Ok();
  for (const std::string& other : TRY(IdsIn(*args.relates_to))) {
    TRY(During("failed to update issue: ", Relate(context, args.id, other)));
  }
  return Ok();
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  Args args = TRY(ReadArgs<Args>(request, "update args"));
  TRY(RequireIssue(session.tx(), args.id));
  TRY(ReadMoments(args));
  if (args.fields.metadata && JsonProblem(*args.fields.metadata))
    return Invalid("metadata must be valid JSON");
  EditContext context = session.Edit();
  if (args.claim) TRY(ClaimIssue(context, args.id));
  if (!args.fields.empty())
    TRY(During("failed to update issue: ", UpdateIssue(context, args.id, args.fields)));
  if (!args.labels.empty())
    TRY(During("failed to update labels: ", ChangeLabels(context, args.id, args.labels)));
  if (args.parent) {
    Status moved = SetParent(context, args.id, *args.parent);
    if (!moved && moved.error().code == Code::kNotFound) return std::move(moved).error();
    TRY(During("failed to add parent dependency: ", std::move(moved)));
  }
  TRY(AddRelations(context, args));
  return ChangedIssue(session.tx(), args.id);
}

}  // namespace

extern const Operation kOperation_update;
const Operation kOperation_update = {"update", true, Run};

}  // namespace bd
