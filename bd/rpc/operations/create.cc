// create: a new issue with its labels and edges, all or nothing.
#include "bd/filter_flags.h"
#include "bd/new_issue_args.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/base/text.h"
#include "engine/storage/issues.h"
#include "engine/storage/settings.h"
#include "engine/types/id.h"

namespace bd {
namespace {

struct Args {
  std::string id, parent, title, description, issue_type, design, acceptance_criteria, notes, spec_id,
      assignee, external_ref, waits_for, waits_for_gate, sender, replies_to, id_prefix, created_by, owner,
      mol_type, wisp_type, role_type, rig, event_category, event_actor, event_target, event_payload, due_at,
      defer_until;
  int64_t priority = 0;
  std::optional<int64_t> estimated_minutes;
  std::vector<std::string> labels, dependencies;
  bool ephemeral = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("parent", self.parent);
    visit("title", self.title);
    visit("description", self.description);
    visit("issue_type", self.issue_type);
    visit("design", self.design);
    visit("acceptance_criteria", self.acceptance_criteria);
    visit("notes", self.notes);
    visit("spec_id", self.spec_id);
    visit("assignee", self.assignee);
    visit("external_ref", self.external_ref);
    visit("waits_for", self.waits_for);
    visit("waits_for_gate", self.waits_for_gate);
    visit("sender", self.sender);
    visit("replies_to", self.replies_to);
    visit("id_prefix", self.id_prefix);
    visit("created_by", self.created_by);
    visit("owner", self.owner);
    visit("mol_type", self.mol_type);
    visit("wisp_type", self.wisp_type);
    visit("role_type", self.role_type);
    visit("rig", self.rig);
    visit("event_category", self.event_category);
    visit("event_actor", self.event_actor);
    visit("event_target", self.event_target);
    visit("event_payload", self.event_payload);
    visit("due_at", self.due_at);
    visit("defer_until", self.defer_until);
    visit("priority", self.priority);
    visit("estimated_minutes", self.estimated_minutes);
    visit("labels", self.labels);
    visit("dependencies", self.dependencies);
    visit("ephemeral", self.ephemeral);
  }
};

Result<std::optional<Time>> MomentOf(std::string_view name, const std::string& text) {
  const std::optional<Time> time = ReadMoment(text);
  if (!time && !text.empty()) {
    return Invalid(
        Cat("invalid ", name, " format ", Quote(text), ". Examples: 2025-01-15, 2025-01-15T10:00:00Z"));
  }
  return time;
}

Result<Issue> IssueOf(const Args& args) {
  Issue issue;
  issue.id = args.id;
  issue.title = args.title;
  issue.description = args.description;
  issue.issue_type = args.issue_type;
  issue.priority = args.priority;
  issue.design = args.design;
  issue.acceptance_criteria = args.acceptance_criteria;
  issue.notes = args.notes;
  issue.spec_id = args.spec_id;
  issue.assignee = args.assignee;
  issue.external_ref = args.external_ref;
  issue.estimated_minutes = args.estimated_minutes;
  issue.labels = CleanLabels(args.labels);
  issue.sender = args.sender;
  issue.created_by = args.created_by;
  issue.owner = args.owner;
  issue.ephemeral = args.ephemeral;
  issue.mol_type = args.mol_type;
  issue.wisp_type = args.wisp_type;
  issue.role_type = args.role_type;
  issue.rig = args.rig;
  issue.event_kind = args.event_category;
  issue.actor = args.event_actor;
  issue.target = args.event_target;
  issue.payload = args.event_payload;
  issue.due_at = TRY(MomentOf("due_at", args.due_at));
  issue.defer_until = TRY(MomentOf("defer_until", args.defer_until));
  return issue;
}

Result<NewIssueArgs> RequestOf(const Args& args) {
  NewIssueArgs request;
  request.issue = TRY(IssueOf(args));
  request.parent = args.parent;
  for (const std::string& dependency : args.dependencies) {
    if (!Trim(dependency).empty()) request.dependencies.push_back(dependency);
  }
  if (!args.replies_to.empty()) request.dependencies.push_back(Cat("replies-to:", args.replies_to));
  request.waits_for = args.waits_for;
  request.waits_for_any = args.waits_for_gate == kWaitsForGates[1];
  request.id_prefix = args.id_prefix;
  return request;
}

// What the engine says in other words, or lets pass.
Status Check(Tx& tx, const Args& args) {
  constexpr std::string_view kNoParent = " does not exist and could not be resurrected from JSONL history";
  if (!args.id.empty() && !args.parent.empty()) return Invalid("cannot specify both ID and Parent");
  if (!args.waits_for_gate.empty() && !CheckWord("", args.waits_for_gate, kWaitsForGates)) {
    return Invalid(
        Cat("invalid waits_for_gate value '", args.waits_for_gate, "' (valid: all-children, any-children)"));
  }
  if (!args.parent.empty() && !TRY(LiveIssueExists(tx, args.parent))) {
    return NotFound(Cat("failed to generate child ID: parent issue ", args.parent, kNoParent));
  }
  if (args.id.empty()) return Ok();
  if (!TRY(HasAllowedPrefix(tx, args.id))) {
    return Invalid(Cat("failed to create issue: validate issue ID prefix: issue ID '", args.id,
                       "' does not match configured prefix '", TRY(IssuePrefix(tx)), "'"));
  }
  const std::optional<ChildId> child = SplitChildId(args.id);
  if (child && !TRY(LiveIssueExists(tx, child->parent))) {
    return NotFound(Cat("failed to create issue: parent issue ", child->parent, kNoParent));
  }
  return Ok();
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "create args"));
  const NewIssueArgs wanted = TRY(RequestOf(args));
  TRY(Check(session.tx(), args));
  TRY(CheckKinds(wanted.issue));
  EditContext context = session.Edit();
  Result<Issue> created = CreateFrom(context, wanted);
  if (!created && created.error().message.starts_with("failed to ")) return std::move(created).error();
  return IssueData(TRY(During("failed to create issue: ", std::move(created))), shape::Created());
}

}  // namespace

extern const Operation kOperation_create;
const Operation kOperation_create = {"create", true, Run};

}  // namespace bd
