// engine/sync/publisher.h: from the store to the shared file.
#include "engine/sync/publisher.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/edit/create.h"
#include "engine/edit/delete.h"
#include "tests/support/marks.h"
#include "tests/support/publishing.h"

namespace bd {
namespace {

TEST(Publish, WritesWhatIsDirtyAndThenHasNothingToDo) {
  PublishingClone clone;
  EXPECT_EQ(clone.Export().outcome, Outcome::kNothingToDo);
  EXPECT_FALSE(os::Exists(clone.File()));
  clone.Add("bd-b");
  clone.Add("bd-a");
  const PublishReport report = clone.Export();
  EXPECT_EQ(report.outcome, Outcome::kPublished);
  EXPECT_EQ(report.exported, 2);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-b"));
  EXPECT_EQ(clone.Dirty(), 0);
  EXPECT_EQ(clone.Export().outcome, Outcome::kNothingToDo);
}

TEST(Publish, OneChangeLeavesTheOtherBytesAlone) {
  PublishingClone clone;
  for (const char* id : {"bd-a", "bd-c", "bd-e"}) clone.Add(id);
  clone.Export();
  MarkWatch full("publish.full");
  clone.Add("bd-d");
  clone.Export();
  EXPECT_EQ(full.taken(), 0);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-c") + LineOf("bd-d") + LineOf("bd-e"));
  clone.Edit([](EditContext& context) {
    Must(DeleteIssueRows(context.tx, "bd-c"));
    Must(MarkRemoved(context.tx, "bd-c"));
  });
  clone.Export();
  EXPECT_EQ(full.taken(), 0);
  EXPECT_EQ(clone.Read(), LineOf("bd-a") + LineOf("bd-d") + LineOf("bd-e"));
  // Once its line is out of the file, who brings it in again is heard, and nothing is left to do.
  EXPECT_EQ(clone.Export().outcome, Outcome::kNothingToDo);
}

TEST(Publish, TheFileKeepsItsRights) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Export();
  ASSERT_EQ(chmod(clone.File().c_str(), 0664), 0);
  clone.Add("bd-b");
  clone.Export();
  EXPECT_EQ(Must(os::Stat(clone.File())).mode, 0664u);
}

// What the last publish took out stays for one generation, the one before it goes.
TEST(Publish, OneGenerationIsKept) {
  PublishingClone clone;
  for (const char* id : {"bd-a", "bd-b", "bd-c", "bd-d"}) {
    clone.Add(id);
    clone.Export();
  }
  int kept = 0;
  for (const std::string& name : Must(os::ListDirectory(clone.directory().path())))
    kept += name.starts_with("beads.db.publish.");
  EXPECT_EQ(kept, 1);
}

void RemoveForGood(PublishingClone& clone, const std::string& id) {
  clone.Edit([&id](EditContext& context) {
    DeleteOptions options;
    options.hard = true;
    Must(ExecuteDelete(context, Must(PlanDelete(context, {id}, false)), options));
  });
}

// Somebody edits a line whose issue was deleted without a tombstone, before that is published.
TEST(Publish, AnIssueThatIsGoneForGoodDoesNotComeBackByItsEditedLine) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Add("bd-b");
  clone.Export();
  RemoveForGood(clone, "bd-a");
  clone.Write(LineOf("bd-a", "edited") + LineOf("bd-b"));
  clone.TakeIn();
  EXPECT_FALSE(clone.Find("bd-a").has_value());
  clone.Export();
  EXPECT_EQ(clone.Read(), LineOf("bd-b"));
}

// An empty store is loaded in another way.
TEST(Publish, NorDoesItWhereNoOtherIssueIsLeft) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Export();
  RemoveForGood(clone, "bd-a");
  clone.Write(LineOf("bd-a", "edited") + LineOf("bd-b"));
  clone.TakeIn();
  EXPECT_FALSE(clone.Find("bd-a").has_value());
  EXPECT_TRUE(clone.Find("bd-b").has_value());
  clone.Export();
  EXPECT_EQ(clone.Read(), LineOf("bd-b"));
}

TEST(Publish, NorDoesItWhereAnotherHasItsId) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Export();
  RemoveForGood(clone, "bd-a");
  clone.Edit([](EditContext& context) {
    NewIssue request;
    request.issue = NamedIssue("bd-a", "another");
    Must(CreateIssue(context, request));
  });
  clone.Write(LineOf("bd-a", "edited"));
  clone.TakeIn();
  EXPECT_EQ(clone.Find("bd-a")->title, "another");
  clone.Export();
  EXPECT_EQ(clone.Read(), IssueLine(*clone.Find("bd-a")) + "\n");
  EXPECT_EQ(clone.Export().outcome, Outcome::kNothingToDo);
}

// The file has the line of its tombstone until then.
TEST(Publish, ANewIssueUnderTheIdOfADeletedOneIsWritten) {
  PublishingClone clone;
  clone.Add("bd-a");
  clone.Export();
  clone.Edit([](EditContext& context) {
    Must(ExecuteDelete(context, Must(PlanDelete(context, {"bd-a"}, false)), {}));
  });
  clone.Export();
  ASSERT_NE(clone.Read().find("\"tombstone\""), std::string::npos);
  clone.Edit([](EditContext& context) {
    NewIssue request;
    request.issue = NamedIssue("bd-a", "another");
    Must(CreateIssue(context, request));
  });
  EXPECT_EQ(clone.Dirty(), 1);
  clone.Export();
  EXPECT_EQ(clone.Read().find("\"tombstone\""), std::string::npos);
  EXPECT_NE(clone.Read().find("\"another\""), std::string::npos);
}

}  // namespace
}  // namespace bd
