// Whole versions of the shared file merged as git asks for it, and what clones make of the result.
#include "engine/sync/merge_files.h"

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/edit/create.h"
#include "engine/edit/delete.h"
#include "engine/edit/link.h"
#include "engine/edit/update.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

std::string LineOf(const std::string& id, const std::string& title, const std::string& updated_at,
                   const std::string& created_at = "2024-01-01T00:00:00Z") {
  return Cat(R"({"id":")", id, R"(","title":")", title,
             R"(","status":"open","priority":2,"issue_type":"task",)", R"("created_at":")", created_at,
             R"(","updated_at":")", updated_at, "\"}");
}

FileVersion Version(const std::vector<std::string>& lines) {
  FileVersion version;
  int64_t number = 0;
  for (const std::string& line : lines) Must(version.Add(line, ++number));
  return version;
}

std::vector<std::string> Merged(const std::vector<std::string>& base, const std::vector<std::string>& left,
                                const std::vector<std::string>& right) {
  return Must(MergeVersions(Version(base), Version(left), Version(right), MergeStrategy::kNewest));
}

const std::string kOld = LineOf("bd-1", "old", "2024-01-01T00:00:00Z");
const std::string kNew = LineOf("bd-1", "new", "2024-01-02T00:00:00Z");

TEST(MergeFiles, ALineThatOneSideRemovedIsGoneUnlessTheOtherChangedIt) {
  EXPECT_TRUE(Merged({kOld}, {kOld}, {}).empty());
  EXPECT_EQ(Merged({kOld}, {kNew}, {}), std::vector{kNew});
  EXPECT_EQ(Merged({}, {kNew}, {}), std::vector{kNew});
}

TEST(MergeFiles, TwoIssuesUnderOneIdAreBothKeptInTheSameOrderOnBothSides) {
  const std::string a = LineOf("bd-1.1", "a", "2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z");
  const std::string b = LineOf("bd-1.1", "b", "2024-01-01T00:00:00Z", "2024-01-01T00:00:02Z");
  EXPECT_EQ(Merged({}, {a}, {b}).size(), 2u);
  EXPECT_EQ(Merged({}, {a}, {b}), Merged({}, {b}, {a}));
}

TEST(MergeFiles, AnUnreadableLineIsNoObstacleUnlessBothSidesChangedIt) {
  const std::string broken = R"({"id":"bd-1","title":)";
  EXPECT_EQ(Merged({kOld}, {broken}, {kOld}), std::vector{broken});
  EXPECT_FALSE(MergeVersions(Version({kOld}), Version({broken}), Version({kNew}), MergeStrategy::kNewest));
}

TEST(MergeFiles, TheStrategyDecidesWhereBothSidesChanged) {
  const std::string newest = LineOf("bd-1", "newest", "2024-01-03T00:00:00Z");
  auto merged = [&](MergeStrategy strategy) {
    return Must(MergeVersions(Version({kOld}), Version({kNew}), Version({newest}), strategy)).at(0);
  };
  EXPECT_EQ(merged(MergeStrategy::kNewest), newest);
  EXPECT_EQ(merged(MergeStrategy::kOurs), kNew);
  EXPECT_EQ(merged(MergeStrategy::kTheirs), newest);
}

TEST(MergeFiles, AConflictedFileIsTakenApart) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("issues.jsonl");
  const std::string other = LineOf("bd-2", "both", "2024-01-01T00:00:00Z");
  Must(os::ReplaceFile(
      path, Cat("<<<<<<< HEAD\n", kOld, "\n||||||| base\n=======\n", kNew, "\n>>>>>>> x\n", other, "\n"),
      0644));
  EXPECT_EQ(Must(CountConflicts(path)), 1);
  const os::Fd file = Must(os::OpenRead(path));
  LineReader reader(file);
  const ConflictedFile parts = Must(ReadConflicts(reader));
  EXPECT_EQ(parts.left.lines().at("bd-1"), kOld);
  EXPECT_EQ(parts.right.lines().at("bd-1"), kNew);
  EXPECT_TRUE(parts.base.lines().contains("bd-2"));
  EXPECT_FALSE(parts.base.lines().contains("bd-1"));
}

TEST(MergeFiles, AConflictWithoutAnEndIsRefused) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("issues.jsonl");
  Must(os::ReplaceFile(path, Cat("<<<<<<< HEAD\n", kOld, "\n=======\n"), 0644));
  const os::Fd file = Must(os::OpenRead(path));
  LineReader reader(file);
  EXPECT_FALSE(ReadConflicts(reader));
}

// One clone takes a label and an edge away, another one changes something else later. Git merges the
// files; the later clone, whose own version is as new as the merged one, must let go of both too.
TEST(MergeFiles, WhatTheEarlierSideRemovedStaysRemovedInTheCloneOfTheLaterSide) {
  const std::string bytes =
      LineOf("bd-1", "target", "2024-01-01T00:00:00Z") + "\n" +
      R"({"id":"bd-2","title":"t","status":"open","priority":2,"issue_type":"task",)"
      R"("created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:00Z","labels":["old"],)"
      R"("dependencies":[{"issue_id":"bd-2","depends_on_id":"bd-1","type":"blocks",)"
      R"("created_at":"2024-01-01T00:00:00Z"}]})"
      "\n";
  TestClone earlier, later;
  for (TestClone* clone : {&earlier, &later}) {
    clone->Write(bytes);
    clone->TakeIn();
  }
  earlier.Edit([](EditContext& context) {
    Must(ChangeLabels(context, "bd-2", {std::nullopt, {}, {"old"}}));
    Must(RemoveDependency(context, "bd-2", "bd-1"));
  });
  later.Edit(
      [](EditContext& context) {
        Must(ChangeLabels(context, "bd-2", {std::nullopt, {"new"}, {}}));
      },
      TestNow().Plus(kNanosPerSecond));
  for (TestClone* clone : {&earlier, &later}) clone->Export();
  const std::vector<std::string> lines =
      Merged(Split(bytes, '\n'), Split(earlier.Read(), '\n'), Split(later.Read(), '\n'));
  for (TestClone* clone : {&earlier, &later}) {
    clone->Write(Join(lines, "\n") + "\n");
    clone->TakeIn();
    const Issue issue = *clone->Find("bd-2");
    EXPECT_EQ(issue.labels, std::vector<std::string>{"new"});
    EXPECT_TRUE(issue.dependencies.empty());
  }
}

// At one moment neither side is the later one to the other's clone: what one of them says, and removed, must
// get there all the same.
TEST(MergeFiles, OfTwoChangesOfOneMomentBothClonesMakeTheSame) {
  const std::string base =
      R"({"id":"bd-2","title":"t","status":"open","priority":2,"issue_type":"task",)"
      R"("created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:00Z","labels":["old"]})";
  TestClone removes, other;
  for (TestClone* clone : {&removes, &other}) {
    clone->Write(base + "\n");
    clone->TakeIn();
  }
  auto set_title = [](EditContext& context, const std::string& title) {
    FieldChanges changes;
    changes.title = title;
    Must(UpdateIssue(context, "bd-2", changes));
  };
  removes.Edit([&](EditContext& context) {
    Must(ChangeLabels(context, "bd-2", {std::nullopt, {}, {"old"}}));
    set_title(context, "z");
  });
  other.Edit([&](EditContext& context) {
    set_title(context, "a");
    set_title(context, "b");
  });
  for (TestClone* clone : {&removes, &other}) clone->Export();
  ASSERT_EQ(removes.Find("bd-2")->updated_at, other.Find("bd-2")->updated_at);
  const std::vector<std::string> lines =
      Merged({base}, Split(removes.Read(), '\n'), Split(other.Read(), '\n'));
  for (TestClone* clone : {&removes, &other}) {
    clone->Write(Join(lines, "\n") + "\n");
    clone->TakeIn();
    EXPECT_EQ(clone->Find("bd-2")->title, "z");
    EXPECT_TRUE(clone->Find("bd-2")->labels.empty());
  }
}

// Children are counted up in each clone: of two first children one is deleted before the clones meet. The
// deletion is that of an issue which the other clone never saw, and does not strike the one that it has.
TEST(MergeFiles, ADeletionOfOneIssueLeavesAnotherUnderItsIdAlone) {
  const std::string parent = LineOf("bd-1", "parent", "2024-01-01T00:00:00Z");
  for (const int64_t deleted_after_s : {1, 9}) {
    TestClone deletes, keeps;
    auto create_child = [](TestClone& clone, const std::string& title, int64_t after_s) {
      NewIssue request;
      request.issue.title = title;
      request.parent = "bd-1";
      clone.Edit([&](EditContext& context) { Must(CreateIssue(context, std::move(request))); },
                 TestNow().Plus(after_s * kNanosPerSecond));
    };
    for (TestClone* clone : {&deletes, &keeps}) {
      clone->Write(parent + "\n");
      clone->TakeIn();
    }
    create_child(deletes, "deleted", 0);
    create_child(keeps, "kept", 5);
    deletes.Edit(
        [](EditContext& context) {
          Must(ExecuteDelete(context, Must(PlanDelete(context, {"bd-1.1"}, false)), {}));
        },
        TestNow().Plus(deleted_after_s * kNanosPerSecond));
    for (TestClone* clone : {&deletes, &keeps}) clone->Export();
    const std::vector<std::string> lines =
        Merged({parent}, Split(deletes.Read(), '\n'), Split(keeps.Read(), '\n'));
    for (TestClone* clone : {&deletes, &keeps}) {
      clone->Write(Join(lines, "\n") + "\n");
      clone->TakeIn();
      clone->Export();
      EXPECT_EQ(clone->Find("bd-1.1")->title, "deleted");
      EXPECT_TRUE(clone->Find("bd-1.1")->IsTombstone());
      ASSERT_TRUE(clone->Find("bd-1.2"));
      EXPECT_EQ(clone->Find("bd-1.2")->title, "kept");
      EXPECT_FALSE(clone->Find("bd-1.2")->IsTombstone());
    }
    EXPECT_EQ(deletes.Read(), keeps.Read());
    // Who has only the file comes to the same.
    TestClone fresh;
    fresh.Write(Join(lines, "\n") + "\n");
    fresh.TakeIn();
    fresh.Export();
    EXPECT_EQ(fresh.Read(), keeps.Read());
  }
}

}  // namespace
}  // namespace bd
