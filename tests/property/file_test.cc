// The shared file and the store: what was taken in is written out byte for byte, taking in once more
// changes nothing, and clones whose files git has merged come to the same bytes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/base/text.h"
#include "engine/edit/close.h"
#include "engine/edit/create.h"
#include "engine/edit/delete.h"
#include "engine/edit/link.h"
#include "engine/edit/update.h"
#include "engine/storage/dirty.h"
#include "engine/sync/merge_files.h"
#include "tests/property/generators.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

using Lines = std::map<std::string, std::string>;

std::string Bytes(const Lines& lines) {
  std::string bytes;
  for (const auto& [id, line] : lines) bytes += line + "\n";
  return bytes;
}

Lines AnyLines() {
  Lines lines;
  for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
    const std::string id = arbitrary::IdNumber(*rc::gen::inRange(0, 12));
    Issue issue = *arbitrary::AnyIssue(id);
    // The store lets only one issue have a reference.
    issue.external_ref = arbitrary::Chance(30) ? "ref-" + id : "";
    lines[id] = IssueLine(issue);
  }
  return lines;
}

int64_t DirtyIn(Store& store) {
  Tx tx = Must(store.BeginRead());
  return Must(DirtyCount(tx));
}

RC_GTEST_PROP(FileLaws, WhatWasTakenInIsWrittenOutByteForByte, ()) {
  const Lines lines = AnyLines();
  TestClone clone;
  clone.Write(Bytes(lines));
  const ImportReport report = clone.TakeIn();
  RC_ASSERT(report.created == static_cast<int64_t>(lines.size()));
  RC_ASSERT(report.rejected.empty());
  RC_ASSERT(DirtyIn(clone.store()) == 0);
  clone.Export(true);
  RC_ASSERT(clone.Read() == Bytes(lines));
  RC_ASSERT(DirtyIn(clone.store()) == 0);
}

RC_GTEST_PROP(FileLaws, TakingInTheSameFileAgainChangesNothing, ()) {
  const Lines lines = AnyLines();
  TestClone clone;
  clone.Write(Bytes(lines));
  clone.TakeIn();
  clone.Write(Bytes(lines));
  const ImportReport report = clone.TakeIn();
  RC_ASSERT(report.unchanged == static_cast<int64_t>(lines.size()));
  RC_ASSERT(report.created + report.updated + report.kept_newer + report.missing == 0);
  RC_ASSERT(DirtyIn(clone.store()) == 0);
}

// A later version of an issue replaces the one that the store has, to the last byte.
RC_GTEST_PROP(FileLaws, ALaterLineReplacesAnIssueCompletely, ()) {
  Issue before = *arbitrary::AnyIssue("bd-00");
  before.updated_at = TestNow();
  Issue after = *arbitrary::Changed(before, TestNow().Plus(*rc::gen::element<int64_t>(0, 1, 1'000'000'000)));
  after.created_at = before.created_at;
  for (Dependency& edge : after.dependencies) {
    if (arbitrary::Chance(20)) edge.created_at.offset_seconds += 3600;
  }
  for (Comment& comment : after.comments) {
    if (arbitrary::Chance(20)) comment.created_at.offset_seconds += 3600;
  }
  TestClone clone;
  clone.Write(IssueLine(before) + "\n");
  clone.TakeIn();
  clone.Write(IssueLine(after) + "\n");
  clone.TakeIn();
  // At one moment nothing is taken away: what the file lacks is to be exported again.
  if (before.updated_at == after.updated_at && DirtyIn(clone.store()) > 0) return;
  clone.Export(true);
  RC_ASSERT(clone.Read() == IssueLine(after) + "\n");
}

// Lines in another form (blanks, other order of keys) stay as they are until their issue changes.
RC_GTEST_PROP(FileLaws, ChangingOneIssueLeavesTheLinesOfOthersAsTheyStand, ()) {
  Lines lines = AnyLines();
  lines["bd-0f"] = R"({"title":"last", "id":"bd-0f","status":"open" ,"priority":1,"issue_type":"task",)"
                   R"("created_at":"2024-01-01T00:00:00.10Z","updated_at":"2024-01-01T00:00:00Z","x":1.0})";
  lines["bd-0e"] = R"({"id":"bd-0e","title":"one","status":"open","priority":1,"issue_type":"task",)"
                   R"("created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:00Z"})";
  TestClone clone;
  clone.Write(Bytes(lines));
  clone.TakeIn();
  clone.Edit([](EditContext& context) {
    FieldChanges changes;
    changes.title = "two";
    Must(UpdateIssue(context, "bd-0e", changes));
  });
  RC_ASSERT(clone.Export(arbitrary::Chance(50)).outcome == PublishReport::Outcome::kPublished);
  lines["bd-0e"] = IssueLine(*clone.Find("bd-0e"));
  RC_ASSERT(lines["bd-0e"].find("\"title\":\"two\"") != std::string::npos);
  RC_ASSERT(clone.Read() == Bytes(lines));
  RC_ASSERT(clone.TakeIn().updated == 0);
}

// --- Clones

std::string AnyLive(EditContext& context) {
  std::vector<std::string> ids;
  for (const auto& [id, issue] : AllIssues(context.tx)) {
    if (!issue.IsTombstone()) ids.push_back(id);
  }
  return ids.empty() ? "" : ids[*rc::gen::inRange<size_t>(0, ids.size())];
}

void Create(EditContext& context, const std::string& parent) {
  NewIssue request;
  request.issue.title = *arbitrary::Word();
  request.issue.priority = 2;
  request.parent = parent;
  Must(CreateIssue(context, std::move(request)));
}

// What somebody may do in a clone. What the rules refuse does not happen.
void AnyEdit(EditContext& context) {
  const std::string id = AnyLive(context), other = AnyLive(context);
  const int kind = *rc::gen::resize(100, rc::gen::inRange(0, 9));
  if (id.empty() || kind == 0) return Create(context, "");
  FieldChanges changes;
  switch (kind) {
    case 1: changes.title = *arbitrary::Word(); break;
    case 2: changes.priority = *rc::gen::inRange(0, 5); break;
    case 3: changes.status = *rc::gen::element<std::string>("open", "in_progress", "closed"); break;
    case 4:
      (void)ChangeLabels(context, id, {std::nullopt, {*arbitrary::Word()}, {*arbitrary::Word()}});
      break;
    case 5: Must(AddComment(context, id, context.actor, *arbitrary::Word())); break;
    case 6:
      (void)AddDependency(context, id, other, *rc::gen::element<std::string>("blocks", "related"));
      break;
    case 7:
      if (id.find('.') == std::string::npos) Create(context, id);
      break;
    default: Must(ExecuteDelete(context, Must(PlanDelete(context, {id}, false)), {})); break;
  }
  if (!changes.empty()) Must(UpdateIssue(context, id, changes));
}

FileVersion VersionOf(const std::string& bytes) {
  FileVersion version;
  int64_t number = 0;
  for (const std::string& line : Split(bytes, '\n')) Must(version.Add(line, ++number));
  return version;
}

std::string MergedByGit(const std::string& base, const std::string& ours, const std::string& theirs) {
  std::string bytes;
  for (const std::string& line :
       Must(MergeVersions(VersionOf(base), VersionOf(ours), VersionOf(theirs), MergeStrategy::kNewest))) {
    bytes += line + "\n";
  }
  return bytes;
}

RC_GTEST_PROP(FileLaws, ClonesThatMergedEachOthersFilesHoldTheSameBytes, ()) {
  TestClone clones[2];
  std::string base;
  int64_t moment = 0;
  for (int round = *rc::gen::inRange(1, 4); round > 0; --round) {
    for (TestClone& clone : clones) {
      const std::string actor = &clone == clones ? "ann" : "bob";
      for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
        clone.Edit(
            [&](EditContext& context) {
              context.actor = actor;
              AnyEdit(context);
            },
            TestNow().Plus((moment += *rc::gen::inRange(0, 2)) * kNanosPerSecond));
      }
      clone.Export();
    }
    const std::string left = clones[0].Read(), right = clones[1].Read();
    const std::string merged = MergedByGit(base, left, right);
    RC_ASSERT(merged == MergedByGit(base, right, left));
    for (TestClone& clone : clones) {
      clone.Write(merged);
      RC_ASSERT(clone.TakeIn().rejected.empty());
      clone.Export();
    }
    base = clones[0].Read();
    RC_ASSERT(clones[1].Read() == base);
    RC_ASSERT(DirtyIn(clones[0].store()) == 0);
  }
}

}  // namespace
}  // namespace bd
