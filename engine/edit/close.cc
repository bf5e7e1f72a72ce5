#include "engine/edit/close.h"

#include "engine/base/text.h"
#include "engine/edit/update.h"
#include "engine/storage/blocked.h"
#include "engine/storage/issues.h"

namespace bd {

namespace {

Error Refused(std::string line) { return {Code::kInvalid, std::move(line), "", true}; }

Status CheckMayClose(EditContext& context, const Issue& issue) {
  if (issue.is_template) {
    return Refused(Cat("cannot modify template ", issue.id,
                       ": templates are read-only; use 'bd mol pour' to create a work item"));
  }
  if (issue.status == status::kPinned || issue.pinned) {
    return Refused(Cat("cannot modify pinned issue ", issue.id, " (use --force to override)"));
  }
  std::vector<std::string> open;
  for (const std::string& blocker : TRY(DirectBlockers(context.tx, issue.id))) {
    if (TRY(LiveIssueExists(context.tx, blocker))) open.push_back(blocker);
  }
  if (open.empty() || issue.IsClosed()) return Ok();
  return Refused(Cat("cannot close ", issue.id, ": blocked by open issues [", Join(open, " "),
                     "] (use --force to override)"));
}

Status CheckNotClosed(const Issue& issue, std::string_view verb) {
  if (!issue.IsClosed()) return Ok();
  return Invalid(
      Cat("cannot ", verb, " ", issue.id, ": issue is closed (use 'bd reopen ", issue.id, "' first)"));
}

}  // namespace

Status CloseIssue(EditContext& context, std::string_view id, const CloseOptions& options) {
  const Issue before = TRY(LoadForEdit(context, id));
  if (!options.force) TRY(CheckMayClose(context, before));
  Issue after = before;
  after.status = status::kClosed;
  after.closed_at = context.now;
  after.close_reason = options.reason;
  if (!options.session.empty()) after.closed_by_session = options.session;
  return WriteChange(context, before, std::move(after));
}

Status ReopenIssue(EditContext& context, std::string_view id, std::string_view reason) {
  const Issue before = TRY(LoadForEdit(context, id));
  Issue after = before;
  after.status = status::kOpen;
  after.closed_at.reset();
  after.close_reason.clear();
  TRY(WriteChange(context, before, std::move(after)));
  if (reason.empty()) return Ok();
  TRY(AddComment(context, id, context.actor, reason));
  return Ok();
}

Status DeferIssue(EditContext& context, std::string_view id, const std::optional<Time>& until) {
  const Issue before = TRY(LoadForEdit(context, id));
  TRY(CheckNotClosed(before, "defer"));
  Issue after = before;
  after.status = status::kDeferred;
  if (until) after.defer_until = until;
  return WriteChange(context, before, std::move(after));
}

Status UndeferIssue(EditContext& context, std::string_view id) {
  const Issue before = TRY(LoadForEdit(context, id));
  TRY(CheckNotClosed(before, "undefer"));
  Issue after = before;
  after.status = status::kOpen;
  after.defer_until.reset();
  return WriteChange(context, before, std::move(after));
}

}  // namespace bd
