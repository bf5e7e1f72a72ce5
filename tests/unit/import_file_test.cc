// engine/sync/import_file.h: `bd import`, all or nothing.
#include "engine/sync/import_file.h"

#include <gtest/gtest.h>

#include "engine/storage/dirty.h"
#include "engine/types/issue_json.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

std::string LineOf(const std::string& id, const std::string& title, const std::string& more = "",
                   const std::string& created = "2024-01-01T00:00:00Z",
                   const std::string& updated = "2024-01-02T00:00:00Z") {
  return Cat(R"({"id":")", id, R"(","title":")", title,
             R"(","status":"open","priority":2,"issue_type":"task","created_at":")", created,
             R"(","updated_at":")", updated, "\"", more, "}\n");
}

class ImportTest : public testing::Test {
 protected:
  ImportTest() : store_(MemoryStore()) {
    options_.name = "file.jsonl";
    options_.now = TestNow();
    options_.actor = "tester";
  }
  // Committed if it succeeds, as the command does.
  Result<ImportResult> Import(const std::string& bytes) {
    Must(os::ReplaceFile(directory_.Path("file"), bytes, 0644));
    const os::Fd file = Must(os::OpenRead(directory_.Path("file")));
    LineReader reader(file);
    Tx tx = Must(store_.BeginWrite());
    Result<ImportResult> result = ImportLines(tx, reader, options_);
    if (result) Must(store_.Commit(std::move(tx)));
    return result;
  }
  std::map<std::string, Issue> Issues() {
    Tx tx = Must(store_.BeginRead());
    return AllIssues(tx);
  }
  std::string Ids() {
    std::string ids;
    for (const auto& [id, issue] : Issues())
      ids += Cat(ids.empty() ? "" : " ", id, issue.IsTombstone() ? "†" : "");
    return ids;
  }
  TemporaryDirectory directory_;
  Store store_;
  ImportOptions options_;
};

using Imports = ImportTest;

TEST_F(Imports, WhatComesInIsToBeExported) {
  const ImportResult result = Must(Import(LineOf("bd-1", "One") + "\n" + LineOf("bd-2", "Two")));
  EXPECT_EQ(result.created, 2);
  Tx tx = Must(store_.BeginRead());
  EXPECT_EQ(Must(DirtyCount(tx)), 2);
}

TEST_F(Imports, OneBadLineStopsEverything) {
  const Result<ImportResult> result = Import(LineOf("bd-1", "One") + "no JSON\n" + LineOf("bd-2", "Two"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "Error parsing line 2: not valid JSON at byte 2");
  EXPECT_NE(result.error().hint.find("file.jsonl:2"), std::string::npos);
  EXPECT_TRUE(Issues().empty());
}

TEST_F(Imports, BadLinesMayBePassedOver) {
  options_.keep_going = true;
  const ImportResult result =
      Must(Import(LineOf("bd-1", "One") + "no JSON\n" + LineOf("bd-2", "") + LineOf("bd-3", "Three")));
  EXPECT_EQ(result.created, 2);
  EXPECT_EQ(result.skipped, 2);
  EXPECT_EQ(result.remarks.size(), 2);
  EXPECT_EQ(Ids(), "bd-1 bd-3");
}

TEST_F(Imports, ConflictMarkersStopItAlways) {
  options_.keep_going = true;
  EXPECT_EQ(Import(LineOf("bd-1", "One") + "<<<<<<< HEAD\n").error().code, Code::kConflict);
  EXPECT_TRUE(Issues().empty());
}

TEST_F(Imports, WhatIsThereIsReplacedByALaterVersionOnly) {
  Must(Import(LineOf("bd-1", "Mine") + LineOf("bd-2", "Mine") + LineOf("bd-3", "Mine")));
  const ImportResult result = Must(Import(
      LineOf("bd-1", "Older", "", "2024-01-01T00:00:00Z", "2024-01-01T12:00:00Z") +
      LineOf("bd-2", "Later", "", "2024-01-01T00:00:00Z", "2024-01-03T00:00:00Z") + LineOf("bd-3", "Mine")));
  EXPECT_EQ(result.updated, 1);
  EXPECT_EQ(result.unchanged, 2);
  EXPECT_EQ(result.collisions, (std::vector<std::string>{"bd-1", "bd-2"}));
  EXPECT_EQ(Issues().at("bd-1").title, "Mine");
  EXPECT_EQ(Issues().at("bd-2").title, "Later");
}

TEST_F(Imports, WhatIsThereMayBeLeftAlone) {
  Must(Import(LineOf("bd-1", "Mine")));
  options_.skip_existing = true;
  const ImportResult result =
      Must(Import(LineOf("bd-1", "Later", "", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")));
  EXPECT_EQ(result.skipped, 1);
  EXPECT_EQ(Issues().at("bd-1").title, "Mine");
}

TEST_F(Imports, ALaterVersionTakesNoEdgesAndCommentsAway) {
  Must(Import(
      LineOf("bd-0", "Target") +
      LineOf("bd-1", "Mine",
             R"(,"labels":["a"],"dependencies":[{"issue_id":"bd-1","depends_on_id":"bd-0","type":"blocks",)"
             R"("created_at":"2024-01-01T00:00:00Z"}],"comments":[{"id":1,"issue_id":"bd-1","author":"x",)"
             R"("text":"kept","created_at":"2024-01-01T00:00:00Z"}])")));
  Must(Import(LineOf("bd-1", "Later", "", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")));
  const Issue issue = Issues().at("bd-1");
  EXPECT_EQ(issue.title, "Later");
  EXPECT_EQ(issue.labels, std::vector<std::string>{"a"});
  EXPECT_EQ(issue.dependencies.size(), 1);
  EXPECT_EQ(issue.comments.size(), 1);
}

// --- Deletion markers

TEST_F(Imports, ADeletionMarkerDeletesOnce) {
  Must(Import(LineOf("bd-1", "One") + LineOf("bd-2", "Two")));
  const std::string marker = "{\"id\":\"bd-1\",\"_deleted\":true}\n{\"id\":\"bd-none\",\"_deleted\":true}\n";
  EXPECT_EQ(Must(Import(marker)).deleted, 1);
  EXPECT_EQ(Ids(), "bd-1† bd-2");
  EXPECT_EQ(Must(Import(marker)).deleted, 0);
}

// --- Prefixes

TEST_F(Imports, ForeignPrefixesAreRefused) {
  const Result<ImportResult> result = Import(LineOf("bd-1", "Ours") + LineOf("xy-1", "Theirs"));
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("prefix mismatch"), std::string::npos);
  EXPECT_NE(result.error().message.find("xy- (1 issues)"), std::string::npos);
  EXPECT_TRUE(Issues().empty());
}

TEST_F(Imports, AllowedPrefixesAreNotForeign) {
  {
    Tx tx = Must(store_.BeginWrite());
    Must(SetConfig(tx, "allowed_prefixes", "xy, zz-"));
    Must(store_.Commit(std::move(tx)));
  }
  EXPECT_EQ(Must(Import(LineOf("xy-1", "A") + LineOf("zz-1", "B"))).created, 2);
}

TEST_F(Imports, ForeignTombstonesAloneArePassedOver) {
  const ImportResult result =
      Must(Import(LineOf("bd-1", "Ours") +
                  R"({"id":"xy-1","title":"Gone","status":"tombstone","priority":2,"issue_type":"task",)"
                  R"("created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:00Z",)"
                  R"("deleted_at":"2024-01-01T00:00:00Z"})"
                  "\n"));
  EXPECT_EQ(result.foreign_tombstones.at("xy"), 1);
  EXPECT_EQ(Ids(), "bd-1");
}

TEST_F(Imports, RenamingReachesEveryMention) {
  options_.rename = true;
  Must(Import(
      LineOf("bd-9", "See xy-1.",
             R"(,"description":"xy-1, not xy-12 or xxy-1; (xy-1)...","dependencies":[{"issue_id":"bd-9",)"
             R"("depends_on_id":"xy-1","type":"blocks","created_at":"2024-01-01T00:00:00Z"}])") +
      LineOf("xy-1", "Theirs",
             R"(,"comments":[{"id":1,"issue_id":"xy-1","author":"a","text":"xy-1 is done",)"
             R"("created_at":"2024-01-01T00:00:00Z"}])") +
      LineOf("xy-1.1", "Child of xy-1")));
  EXPECT_EQ(Ids(), "bd-1 bd-1.1 bd-9");
  const Issue first = Issues().at("bd-9");
  EXPECT_EQ(first.title, "See bd-1.");
  EXPECT_EQ(first.description, "bd-1, not xy-12 or xxy-1; (bd-1)...");
  EXPECT_EQ(first.dependencies[0].depends_on_id, "bd-1");
  EXPECT_EQ(Issues().at("bd-1").comments[0].text, "bd-1 is done");
  EXPECT_EQ(Issues().at("bd-1.1").title, "Child of bd-1");
}

// Two issues must not become one because their codes are the same.
TEST_F(Imports, RenamingKeepsIssuesApartThatWouldGetOneName) {
  options_.rename = true;
  Must(Import(LineOf("bd-1", "Ours", "", "2024-01-01T00:00:00Z")));
  Must(Import(LineOf("xy-1", "Theirs", "", "2024-02-01T00:00:00Z", "2024-02-02T00:00:00Z") +
              LineOf("zz-1", "Another", R"(,"description":"see xy-1 and zz-1")", "2024-03-01T00:00:00Z",
                     "2024-03-02T00:00:00Z")));
  std::map<std::string, std::string> titles;
  for (const auto& [id, issue] : Issues()) titles[issue.title] = id;
  ASSERT_EQ(titles.size(), 3) << Ids();
  EXPECT_EQ(titles.at("Ours"), "bd-1");
  for (const auto& [title, id] : titles) EXPECT_TRUE(id.starts_with("bd-")) << id;
  EXPECT_EQ(Issues().at(titles.at("Another")).description,
            Cat("see ", titles.at("Theirs"), " and ", titles.at("Another")));
}

// The same file once more says the same.
TEST_F(Imports, RenamingTwiceChangesNothing) {
  options_.rename = true;
  const std::string bytes = LineOf("xy-1", "Theirs") + LineOf("xy-2", "More");
  EXPECT_EQ(Must(Import(bytes)).created, 2);
  const ImportResult again = Must(Import(bytes));
  EXPECT_EQ(again.created, 0);
  EXPECT_EQ(again.unchanged, 2);
  EXPECT_EQ(Ids(), "bd-1 bd-2");
}

// --- Orphans

TEST_F(Imports, OrphansAreTreatedAsAsked) {
  const std::string child = LineOf("bd-1.1", "Child"), parent = LineOf("bd-1", "Parent");
  const struct {
    OrphanMode mode;
    bool imported;
    const char* ids;
  } kCases[] = {{OrphanMode::kAllow, true, "bd-1.1 bd-7"},
                {OrphanMode::kSkip, true, "bd-7"},
                {OrphanMode::kStrict, false, ""},
                {OrphanMode::kResurrect, false, ""}};
  for (const auto& c : kCases) {
    store_ = MemoryStore();
    options_.orphans = c.mode;
    EXPECT_EQ(Import(child + LineOf("bd-7", "Other")).has_value(), c.imported);
    EXPECT_EQ(Ids(), c.ids);
    // A parent that comes later in the file is no missing one.
    store_ = MemoryStore();
    EXPECT_EQ(Must(Import(child + parent)).created, 2);
  }
}

TEST_F(Imports, TheModesHaveTheirWords) {
  EXPECT_EQ(Must(ParseOrphanMode("")), OrphanMode::kAllow);
  EXPECT_EQ(Must(ParseOrphanMode("allow")), OrphanMode::kAllow);
  EXPECT_EQ(Must(ParseOrphanMode("skip")), OrphanMode::kSkip);
  EXPECT_EQ(Must(ParseOrphanMode("strict")), OrphanMode::kStrict);
  EXPECT_EQ(Must(ParseOrphanMode("resurrect")), OrphanMode::kResurrect);
  EXPECT_EQ(ParseOrphanMode("other").error().code, Code::kInvalid);
}

// --- References

TEST_F(Imports, OneExternalReferenceBelongsToOneIssue) {
  const std::string two =
      LineOf("bd-1", "One", R"(,"external_ref":"gh-1")") + LineOf("bd-2", "Two", R"(,"external_ref":"gh-1")");
  EXPECT_NE(Import(two).error().message.find("external_ref 'gh-1' appears in issues: [bd-1 bd-2]"),
            std::string::npos);
  EXPECT_TRUE(Issues().empty());
  options_.clear_duplicate_refs = true;
  EXPECT_EQ(Must(Import(two)).created, 2);
  EXPECT_EQ(Issues().at("bd-1").external_ref, "gh-1");
  EXPECT_EQ(Issues().at("bd-2").external_ref, "");
}

TEST_F(Imports, AReferenceLeadsToTheIssueThatHasIt) {
  Must(Import(LineOf("bd-1", "One", R"(,"external_ref":"gh-1")")));
  Must(Import(LineOf("bd-other", "Renamed", R"(,"external_ref":"gh-1")", "2024-01-01T00:00:00Z",
                     "2025-01-01T00:00:00Z")));
  EXPECT_EQ(Ids(), "bd-1");
  EXPECT_EQ(Issues().at("bd-1").title, "Renamed");
}

// A line without times is dated by the import; the issue was made when it was made.
TEST_F(Imports, AnIssueIsBornOnce) {
  Must(Import(LineOf("bd-1", "One")));
  const Issue before = Issues().at("bd-1");
  Must(Import("{\"id\":\"bd-1\",\"title\":\"One again\"}\n"));
  const Issue after = Issues().at("bd-1");
  EXPECT_EQ(after.title, "One again");
  EXPECT_EQ(after.created_at, before.created_at);
}

TEST_F(Imports, MissingTargetsAreRefusedOnlyIfAsked) {
  const std::string line =
      LineOf("bd-1", "One",
             R"(,"dependencies":[{"issue_id":"bd-1","depends_on_id":"bd-none","type":"blocks",)"
             R"("created_at":"2024-01-01T00:00:00Z"}])");
  options_.strict = true;
  EXPECT_NE(Import(line).error().message.find("dependency target not found: bd-1 → bd-none (blocks)"),
            std::string::npos);
  EXPECT_TRUE(Issues().empty());
  options_.strict = false;
  const ImportResult result = Must(Import(line));
  ASSERT_EQ(result.remarks.size(), 1);
  EXPECT_NE(result.remarks[0].find("1 dependency on a missing issue"), std::string::npos);
}

TEST_F(Imports, OddThingsAreSaidInOneLine) {
  const ImportResult result =
      Must(Import("\xef\xbb\xbf" + LineOf("bd-1", "bad \xff byte") + LineOf("bd-2.1", "Child")));
  EXPECT_EQ(result.created, 2);
  ASSERT_EQ(result.remarks.size(), 1);
  EXPECT_EQ(result.remarks[0],
            "note: imported as they are: 1 whose parent is missing; 1 lines with bytes that are not UTF-8");
  EXPECT_EQ(Issues().at("bd-1").title, "bad \uFFFD byte");
}

}  // namespace
}  // namespace bd
