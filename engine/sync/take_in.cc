#include "engine/sync/take_in.h"

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/edit/create.h"
#include "engine/storage/attachments.h"
#include "engine/storage/blocked.h"
#include "engine/storage/dirty.h"
#include "engine/storage/events.h"
#include "engine/storage/exchange.h"
#include "engine/storage/issues.h"
#include "engine/sync/merge.h"
#include "engine/types/id.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

constexpr size_t kTouchedMax = 500;
constexpr std::string_view kImportActor = "import";

Status NoteChildNumber(Tx& tx, const Issue& issue) {
  std::optional<ChildId> child = SplitChildId(issue.id);
  if (!child) return Ok();
  // The counter belongs to the parent's row; without a parent the numbers that exist are looked at.
  return tx.db().Execute(
      "INSERT INTO child_counters(parent_id, last_child) SELECT id, ?2 FROM issues WHERE id = ?1 "
      "ON CONFLICT(parent_id) DO UPDATE SET last_child = max(last_child, excluded.last_child)",
      child->parent, child->number);
}

// Sets united, everything else from `issue`.
Issue UniteSets(const Issue& present, const Issue& issue) {
  Issue united = MergeIssues(nullptr, present, issue);
  Issue result = issue;
  result.labels = std::move(united.labels);
  result.dependencies = std::move(united.dependencies);
  result.comments = std::move(united.comments);
  return result;
}

}  // namespace

void TakeIn::Touch(const std::string& id) {
  if (touched_many_) return;
  touched_.insert(id);
  if (touched_.size() > kTouchedMax) touched_many_ = true;
}

Status TakeIn::Event(const Issue& issue, std::string_view type, const Issue* before) {
  bd::Event event{
      issue.id, std::string(type), std::string(kImportActor), std::nullopt, std::nullopt, std::nullopt, now_};
  if (before != nullptr) event.old_value = IssueLine(*before);
  return AddEvent(tx_, event);
}

Status TakeIn::Begin() {
  if (!TRY(IsEmptyStore(tx_)) || !TRY(RemovedIds(tx_)).empty()) return Ok();
  bulk_.emplace(tx_);
  return bulk_->Begin();
}

Status TakeIn::Load(const Issue& issue, std::string_view line, std::string_view canonical) {
  TRY(bulk_->Insert(issue));
  if (issue.ephemeral) TRY(ShareEphemeral(tx_, issue.id));
  if (line != canonical) TRY(KeepVerbatim(tx_, issue.id, line, canonical));
  TRY(NoteChildNumber(tx_, issue));
  touched_many_ = true;
  return Ok();
}

Status TakeIn::Create(const Issue& issue, std::string_view line, std::string_view canonical) {
  TRY(InsertIssueRow(tx_, issue));
  for (const std::string& label : issue.labels) TRY(AddLabel(tx_, issue.id, label));
  for (Dependency edge : issue.dependencies) {
    edge.issue_id = issue.id;
    TRY(InsertEdge(tx_, edge));
  }
  for (Comment comment : issue.comments) {
    comment.issue_id = issue.id;
    const int64_t file_id = comment.id;
    TRY(InsertComment(tx_, std::move(comment), file_id));
  }
  for (const std::string& source : TRY(ConnectDangling(tx_, issue.id))) Touch(source);
  if (issue.ephemeral) TRY(ShareEphemeral(tx_, issue.id));
  if (line != canonical) TRY(KeepVerbatim(tx_, issue.id, line, canonical));
  TRY(NoteChildNumber(tx_, issue));
  Touch(issue.id);
  return Event(issue, "created", nullptr);
}

Status TakeIn::Replace(const Issue& before, const Issue& after) {
  TRY(UpdateIssueRow(tx_, after));
  TRY(SetLabels(tx_, after.id, after.labels));
  TRY(SetEdges(tx_, after.id, after.dependencies));
  TRY(SetComments(tx_, after.id, after.comments));
  // It has been in the file, and stays there.
  if (after.ephemeral && !before.ephemeral) TRY(ShareEphemeral(tx_, after.id));
  Touch(after.id);
  for (const Dependency& edge : before.dependencies) Touch(edge.depends_on_id);
  return Event(after, "updated", &before);
}

// Store and shared file say the same about this issue now.
Status TakeIn::Agree(const Issue& issue, std::string_view line, std::string_view canonical) {
  if (!shared_) return Ok();
  TRY(ForgetDirty(tx_, issue.id));
  return KeepVerbatim(tx_, issue.id, line, canonical);
}

// The store is to say something else than the line does. To be called before the issue is changed.
Status TakeIn::Differ(const std::string& id, std::string_view canonical) {
  if (!shared_) return MarkDirty(tx_, id, now_);
  return MarkDirtyWithBase(tx_, id, canonical, now_);
}

// The file shows an older version. An edit of that version is to be told from it, but the versions between it
// and `newest`, which are in the store already, and `newest` itself must not come back as changes.
Result<TakenIn> TakeIn::KeepNewer(Issue older, const Time& newest) {
  older.updated_at = newest.Plus(1);
  TRY(Differ(older.id, IssueLine(older)));
  return TakenIn::kKeptNewer;
}

Result<TakenIn> TakeIn::Clean(const Issue& present, const Issue& issue, std::string_view line,
                              std::string_view canonical) {
  if (issue.updated_at < present.updated_at) {
    MARK("import.older_line");
    if (!shared_) return TakenIn::kUnchanged;
    return KeepNewer(issue, present.updated_at);
  }
  if (issue.updated_at == present.updated_at) {
    MARK("import.same_moment");
    const Issue united = UniteSets(present, issue);
    if (!(united == issue)) {
      TRY(Differ(issue.id, canonical));
      if (united == present) return TakenIn::kKeptNewer;
      TRY(Replace(present, united));
      return TakenIn::kMerged;
    }
  }
  if (!shared_) TRY(Differ(issue.id, canonical));
  TRY(Replace(present, issue));
  TRY(Agree(issue, line, canonical));
  return TakenIn::kUpdated;
}

Result<TakenIn> TakeIn::Dirty(const Issue& present, const Issue& issue, std::string_view line,
                              std::string_view canonical) {
  const std::optional<std::string> base_line = TRY(BaseLine(tx_, issue.id));
  if (base_line == canonical) return TakenIn::kUnchanged;
  // Whoever published it has not said so yet, or never will. With the base of before, it would look as if
  // somebody else had made this change, and it would be made anew upon what came after it.
  if (TRY(HasPassed(tx_, issue.id, canonical))) {
    MARK("import.own_passed_state");
    if (shared_) TRY(Differ(issue.id, canonical));
    return TakenIn::kUnchanged;
  }
  std::optional<Issue> base;
  if (base_line) base = TRY(ParseIssue(*base_line));
  // Every change makes updated_at grow, so this line does not stem from the base: an old branch was
  // checked out, or a publisher was killed when it had taken the old file out. To a merge, what the
  // base has and the line lacks would look deleted.
  if (base && issue.updated_at < base->updated_at) {
    MARK("import.older_than_base");
    if (!shared_) return TakenIn::kUnchanged;
    return KeepNewer(issue, base->updated_at);
  }
  if (!has_ancestor_) base.reset();
  MARK("import.merge");
  const Issue merged = MergeIssues(base ? &*base : nullptr, present, issue);
  const bool agrees = merged == issue && shared_;
  if (!agrees) TRY(Differ(issue.id, canonical));
  if (!(merged == present)) TRY(Replace(present, merged));
  if (agrees) {
    TRY(Agree(issue, line, canonical));
    return TakenIn::kUpdated;
  }
  return merged == present ? TakenIn::kKeptNewer : TakenIn::kMerged;
}

// Another clone may have moved the issue before: then it is here already, under the id that it got there.
Result<std::optional<Issue>> TakeIn::FindMoved(const Issue& moving) {
  for (const std::string& id : TRY(QueryTexts(tx_.db(), "SELECT id FROM issues WHERE title = ?1 AND id <> ?2",
                                              moving.title, moving.id))) {
    std::optional<Issue> other = TRY(FindIssue(tx_, id));
    if (other && !other->IsTombstone() && other->created_at == moving.created_at) return other;
  }
  return std::optional<Issue>();
}

Status TakeIn::PutMoved(const Issue& moving, const std::optional<Issue>& moved) {
  if (moved) {
    MARK("import.renumbered_elsewhere");
    return Unite(*moved, moving);
  }
  const std::string canonical = IssueLine(moving);
  TRY(Create(moving, canonical, canonical));
  return MarkNew(tx_, moving.id, now_);
}

// Both versions count: the later one's values, sets united. The file is to say so, too.
Status TakeIn::Unite(const Issue& present, const Issue& issue) {
  TRY(MarkDirty(tx_, present.id, now_));
  const Issue merged = MergeIssues(nullptr, present, issue);
  return merged == present ? Ok() : Replace(present, merged);
}

// The one that was created later moves to the next free number; one that is deleted stays. Edges of issues
// that no other clone has seen yet meant the one that was here.
Result<TakenIn> TakeIn::Renumber(const Issue& present, const Issue& issue, std::string_view line) {
  MARK("import.renumbered");
  EditContext context{tx_, std::string(kImportActor), now_, {}, INT64_MAX};
  const bool is_earlier =
      std::tie(issue.created_at, issue.title) < std::tie(present.created_at, present.title);
  const bool present_moves = issue.IsTombstone() || (is_earlier && !present.IsTombstone());
  Issue moving = present_moves ? present : issue;
  const std::optional<Issue> moved = TRY(FindMoved(moving));
  const std::optional<ChildId> child = SplitChildId(issue.id);
  moving.id = moved   ? moved->id
              : child ? TRY(MakeChildId(context, child->parent))
                      : TRY(MakeIssueId(context, moving));
  for (Dependency& edge : moving.dependencies) edge.issue_id = moving.id;
  if (present_moves) {
    TRY(ForgetDirty(tx_, present.id));
    TRY(DeleteIssueRows(tx_, present.id));
    TRY(PutMoved(moving, moved));
    TRY(Create(issue, line, IssueLine(issue)));
    for (const std::string& source : TRY(QueryTexts(
             tx_.db(),
             "SELECT d.issue_id FROM dependencies d JOIN dirty_issues m ON m.issue_id = d.issue_id "
             "WHERE d.depends_on_id = ? AND d.issue_id NOT IN (SELECT issue_id FROM bd_base)",
             present.id))) {
      TRY(tx_.db().Execute(
          "UPDATE dependencies SET depends_on_id = ? WHERE depends_on_id = ? AND issue_id = ?", moving.id,
          present.id, source));
      Touch(source);
    }
    return TakenIn::kRenumbered;
  }
  TRY(PutMoved(moving, moved));
  TRY(MarkDirtyWithBase(tx_, present.id, IssueLine(present), now_));
  return TakenIn::kRenumbered;
}

Result<TakenIn> TakeIn::Line(const Issue& issue, std::string_view line) {
  const std::string canonical = IssueLine(issue);
  if (bulk_ && bulk_->IsNew(issue.id)) {
    TRY(Load(issue, line, canonical));
    return TakenIn::kCreated;
  }
  if (bulk_) return Second(issue, line);  // what is here came from this file
  if (TRY(QueryInt(tx_.db(), "SELECT count(*) FROM bd_removed WHERE issue_id = ?", issue.id)) > 0) {
    MARK("import.removed_for_good");
    return TakenIn::kSkipped;
  }
  std::optional<Issue> present = TRY(FindIssue(tx_, issue.id));
  if (!present) {
    TRY(Create(issue, line, canonical));
    if (!shared_) TRY(MarkNew(tx_, issue.id, now_));
    return TakenIn::kCreated;
  }
  const bool both_live = !present->IsTombstone() && !issue.IsTombstone();
  if (both_live && AreDifferentIssues(*present, issue)) return Renumber(*present, issue, line);
  if (issue.ephemeral) TRY(ShareEphemeral(tx_, issue.id));
  if (IssueLine(*present) == canonical) {
    TRY(Agree(issue, line, canonical));
    return TakenIn::kUnchanged;
  }
  if (TRY(IsDirty(tx_, issue.id))) return Dirty(*present, issue, line, canonical);
  return Clean(*present, issue, line, canonical);
}

Result<TakenIn> TakeIn::Second(const Issue& issue, std::string_view line) {
  const std::optional<Issue> present = TRY(FindIssue(tx_, issue.id));
  const std::string canonical = IssueLine(issue);
  if (!present) {
    TRY(Create(issue, line, canonical));
    return TakenIn::kCreated;
  }
  if (IssueLine(*present) == canonical) return TakenIn::kUnchanged;
  const bool both_deleted = present->IsTombstone() && issue.IsTombstone();
  if (!both_deleted && AreDifferentIssues(*present, issue)) return Renumber(*present, issue, line);
  MARK("import.second_line");
  TRY(Unite(*present, issue));
  return TakenIn::kMerged;
}

Result<TakenIn> TakeIn::Foreign(const Issue& incoming) {
  if (bulk_ && bulk_->IsNew(incoming.id)) {
    TRY(Load(incoming, {}, {}));
    return TakenIn::kCreated;
  }
  std::optional<Issue> present = TRY(FindIssue(tx_, incoming.id));
  if (!present) {
    const std::string canonical = IssueLine(incoming);
    TRY(Create(incoming, canonical, canonical));
    TRY(MarkNew(tx_, incoming.id, now_));
    return TakenIn::kCreated;
  }
  if (incoming.updated_at <= present->updated_at || *present == incoming) return TakenIn::kUnchanged;
  const std::optional<std::string> base_line = TRY(BaseLine(tx_, incoming.id));
  std::optional<Issue> base;
  if (base_line) base = TRY(ParseIssue(*base_line));
  // A file that is not the shared one may know less than we do: it takes no edge, comment or label
  // away, unless it has labels of its own.
  const Issue united = UniteSets(*present, incoming);
  Issue issue = incoming;
  // By it one issue is told from another of the same id: a line without it was dated just now, and every
  // older version of the shared file would be about another issue.
  issue.created_at = present->created_at;
  issue.created_by = present->created_by;
  issue.dependencies = united.dependencies;
  issue.comments = united.comments;
  if (issue.labels.empty()) issue.labels = present->labels;
  const bool dirty = TRY(IsDirty(tx_, issue.id));
  const Issue merged = dirty && base ? MergeIssues(&*base, *present, issue) : issue;
  TRY(MarkDirty(tx_, issue.id, now_));
  TRY(Replace(*present, merged));
  return TakenIn::kUpdated;
}

Status TakeIn::Finish() {
  if (bulk_) TRY(bulk_->Finish({now_, std::string(kImportActor), !shared_}));
  if (touched_many_) return RebuildBlocked(tx_);
  return UpdateBlocked(tx_, {touched_.begin(), touched_.end()});
}

}  // namespace bd
