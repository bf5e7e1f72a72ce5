// The laws of merging: what two people did to an issue becomes one version, the same wherever it is
// worked out, and nothing that somebody wrote is lost. Versions are compared by their lines, since
// clones must come to the same bytes.
#include "engine/sync/merge.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "engine/base/text.h"
#include "engine/types/issue_fields.h"
#include "engine/types/issue_json.h"
#include "tests/property/generators.h"

namespace bd {
namespace {

struct Three {
  Issue base, a, b;
};

Time At(int64_t seconds, int hours_east = 0) { return {1'900'000'000 + seconds, 0, hours_east * 3600}; }

// Two versions of one ancestor, changed at the same moment now and then.
Three AnyThree() {
  Three three;
  three.base = *arbitrary::AnyIssue("bd-1");
  three.base.updated_at = At(0);
  three.a = *arbitrary::Changed(three.base, At(*rc::gen::inRange(1, 4)));
  three.b = *arbitrary::Changed(three.base, At(*rc::gen::inRange(1, 4)));
  return three;
}

RC_GTEST_PROP(MergeLaws, TheOrderOfTheSidesDoesNotMatter, ()) {
  const Three v = AnyThree();
  RC_ASSERT(IssueLine(MergeIssues(&v.base, v.a, v.b)) == IssueLine(MergeIssues(&v.base, v.b, v.a)));
  RC_ASSERT(IssueLine(MergeIssues(nullptr, v.a, v.b)) == IssueLine(MergeIssues(nullptr, v.b, v.a)));
}

// The same moment may be written with another offset: one text must win on both sides.
RC_GTEST_PROP(MergeLaws, OffsetsOfEqualMomentsDoNotMakeSidesDiffer, ()) {
  Three v = AnyThree();
  for (Issue* issue : {&v.base, &v.a, &v.b}) {
    auto east = [] { return 3600 * *rc::gen::inRange(0, 3); };
    issue->created_at.offset_seconds = east();
    issue->due_at = At(7);
    issue->due_at->offset_seconds = east();
    if (issue->closed_at) issue->closed_at = At(9, 1);
    for (Dependency& edge : issue->dependencies) edge.created_at.offset_seconds = east();
    for (Comment& comment : issue->comments) comment.created_at.offset_seconds = east();
  }
  RC_ASSERT(IssueLine(MergeIssues(&v.base, v.a, v.b)) == IssueLine(MergeIssues(&v.base, v.b, v.a)));
  RC_ASSERT(IssueLine(MergeIssues(nullptr, v.a, v.b)) == IssueLine(MergeIssues(nullptr, v.b, v.a)));
}

RC_GTEST_PROP(MergeLaws, AVersionMergedWithItselfStaysAsItIs, ()) {
  const Three v = AnyThree();
  RC_ASSERT(IssueLine(MergeIssues(&v.base, v.a, v.a)) == IssueLine(v.a));
  RC_ASSERT(IssueLine(MergeIssues(nullptr, v.a, v.a)) == IssueLine(v.a));
}

RC_GTEST_PROP(MergeLaws, AVersionMergedWithItsAncestorStaysAsItIs, ()) {
  const Three v = AnyThree();
  RC_ASSERT(IssueLine(MergeIssues(&v.base, v.a, v.base)) == IssueLine(v.a));
}

RC_GTEST_PROP(MergeLaws, MergingASideOnceMoreChangesNothing, ()) {
  Three v = AnyThree();
  v.a.updated_at = At(4);
  const Issue once = MergeIssues(&v.base, v.a, v.b);
  RC_ASSERT(IssueLine(MergeIssues(&v.base, once, v.a)) == IssueLine(once));
  RC_ASSERT(IssueLine(MergeIssues(&v.base, once, v.b)) == IssueLine(once));
}

RC_GTEST_PROP(MergeLaws, AMemberChangedOnOneSideOnlyIsTaken, ()) {
  const Three v = AnyThree();
  const Issue merged = MergeIssues(&v.base, v.a, v.b);
  for (const IssueField& field : kIssueFields) {
    if (field.merge != MergeRule::kValue) continue;
    std::visit(
        [&](auto member) {
          const auto &base = v.base.*member, &a = v.a.*member, &b = v.b.*member, &result = merged.*member;
          if (IsWrittenAlike(a, base)) RC_ASSERT(IsWrittenAlike(result, b));
          if (IsWrittenAlike(b, base)) RC_ASSERT(IsWrittenAlike(result, a));
          RC_ASSERT(IsWrittenAlike(result, a) || IsWrittenAlike(result, b));
        },
        field.member);
  }
}

// A clone that has the later side must see that the merged version is newer than what it has.
RC_GTEST_PROP(MergeLaws, WhatNeitherSideSaysIsLaterThanBoth, ()) {
  const Three v = AnyThree();
  const Issue merged = MergeIssues(&v.base, v.a, v.b);
  const bool is_tie = v.a.updated_at == v.b.updated_at && IssueLine(v.a) != IssueLine(v.b);
  const bool is_new = is_tie || (IssueLine(merged) != IssueLine(v.a) && IssueLine(merged) != IssueLine(v.b));
  const Time later = std::max(v.a.updated_at, v.b.updated_at);
  RC_ASSERT((merged.updated_at > later) == is_new);
  if (!is_new) RC_ASSERT(merged.updated_at == later);
}

RC_GTEST_PROP(MergeLaws, OfTwoChangesTheLaterOneIsTaken, ()) {
  Three v = AnyThree();
  v.a.updated_at = At(4);
  const Issue merged = MergeIssues(&v.base, v.a, v.b);
  if (v.a.title != v.base.title) RC_ASSERT(merged.title == v.a.title);
  if (v.a.metadata.text != v.base.metadata.text) RC_ASSERT(merged.metadata.text == v.a.metadata.text);
}

// Keys of what hangs on an issue.
std::set<std::string> Labels(const Issue& issue) { return {issue.labels.begin(), issue.labels.end()}; }
std::set<std::string> Edges(const Issue& issue) {
  std::set<std::string> keys;
  for (const Dependency& edge : issue.dependencies) keys.insert(edge.depends_on_id + " " + edge.type);
  return keys;
}
std::set<std::string> Comments(const Issue& issue) {
  std::set<std::string> keys;
  for (const Comment& c : issue.comments) {
    keys.insert(Cat(c.created_at.seconds, " ", c.created_at.nanos, " ", c.author, " ", c.text));
  }
  return keys;
}

// In one side and either in the other too or new.
std::set<std::string> Expected(const std::set<std::string>& base, const std::set<std::string>& a,
                               const std::set<std::string>& b) {
  std::set<std::string> expected;
  for (const auto& [one, other] : {std::pair(a, b), std::pair(b, a)}) {
    for (const std::string& key : one) {
      if (other.contains(key) || !base.contains(key)) expected.insert(key);
    }
  }
  return expected;
}

RC_GTEST_PROP(MergeLaws, NothingThatHangsOnAnIssueIsLostOrComesBack, ()) {
  const Three v = AnyThree();
  const Issue merged = MergeIssues(&v.base, v.a, v.b);
  RC_ASSERT(Labels(merged) == Expected(Labels(v.base), Labels(v.a), Labels(v.b)));
  RC_ASSERT(Edges(merged) == Expected(Edges(v.base), Edges(v.a), Edges(v.b)));
  RC_ASSERT(Comments(merged) == Expected(Comments(v.base), Comments(v.a), Comments(v.b)));
  const Issue united = MergeIssues(nullptr, v.a, v.b);
  RC_ASSERT(Labels(united) == Expected({}, Labels(v.a), Labels(v.b)));
  RC_ASSERT(Comments(united) == Expected({}, Comments(v.a), Comments(v.b)));
}

RC_GTEST_PROP(MergeLaws, ADeletionWinsOverAConcurrentEdit, ()) {
  Three v = AnyThree();
  v.base.status = "open";
  v.a.status = "tombstone";
  v.a.deleted_at = v.a.updated_at;
  if (v.b.IsTombstone()) v.b.status = "in_progress";
  const Issue* const bases[] = {&v.base, nullptr};
  for (const Issue* base : bases) {
    const Issue merged = MergeIssues(base, v.a, v.b);
    RC_ASSERT(merged.IsTombstone());
    RC_ASSERT(merged.deleted_at == v.a.deleted_at);
  }
}

// A status never stands beside the closed_at of the other side.
RC_GTEST_PROP(MergeLaws, StatusAndItsTimesComeFromOneSide, ()) {
  const Three v = AnyThree();
  const Issue merged = MergeIssues(&v.base, v.a, v.b);
  auto is_from = [&](const Issue& side) {
    return merged.status == side.status && merged.closed_at == side.closed_at &&
           merged.close_reason == side.close_reason && merged.deleted_at == side.deleted_at;
  };
  RC_ASSERT(is_from(v.a) || is_from(v.b));
}

// Clones that pull, merge and push in any order end up with the same bytes.
RC_GTEST_PROP(MergeLaws, ClonesThatExchangedEverythingHoldTheSame, ()) {
  struct Clone {
    Issue base, mine;
  };
  Issue remote = *arbitrary::AnyIssue("bd-1");
  remote.updated_at = At(0);
  std::vector<Clone> clones(3, Clone{remote, remote});
  auto sync = [&remote](Clone& clone) {
    clone.mine = remote = MergeIssues(&clone.base, clone.mine, remote);
    clone.base = clone.mine;
  };
  const int steps = *rc::gen::inRange(1, 12);
  for (int step = 0; step < steps; ++step) {
    Clone& clone = clones[*rc::gen::inRange<size_t>(0, clones.size())];
    if (arbitrary::Chance(50)) {
      sync(clone);
    } else {
      const Time later = clone.mine.updated_at.Plus(*rc::gen::element<int64_t>(1000, kNanosPerSecond));
      clone.mine = *arbitrary::Changed(clone.mine, later);
    }
  }
  for (int round = 0; round < 2; ++round) {
    for (Clone& clone : clones) sync(clone);
  }
  for (const Clone& clone : clones) RC_ASSERT(IssueLine(clone.mine) == IssueLine(remote));
}

}  // namespace
}  // namespace bd
