// engine/storage/migrate.h: a database of release 0.49.6, or an older one, keeps its issues.
#include "engine/storage/migrate.h"

#include <gtest/gtest.h>

#include "engine/query/ready.h"
#include "engine/storage/dirty.h"
#include "engine/storage/schema.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

// An earlier release of the classic tool: fewer columns, fewer tables. The times have its spellings.
constexpr const char* kOlder = R"sql(
CREATE TABLE issues (
  id TEXT PRIMARY KEY, content_hash TEXT, title TEXT NOT NULL CHECK(length(title) <= 500),
  description TEXT NOT NULL DEFAULT '', design TEXT NOT NULL DEFAULT '',
  acceptance_criteria TEXT NOT NULL DEFAULT '', notes TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT 'open', priority INTEGER NOT NULL DEFAULT 2,
  issue_type TEXT NOT NULL DEFAULT 'task', assignee TEXT, estimated_minutes INTEGER,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, closed_at DATETIME, external_ref TEXT);
CREATE TABLE dependencies (
  issue_id TEXT NOT NULL, depends_on_id TEXT NOT NULL, type TEXT NOT NULL DEFAULT 'blocks',
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, created_by TEXT NOT NULL,
  metadata TEXT DEFAULT '{}', thread_id TEXT DEFAULT '', PRIMARY KEY (issue_id, depends_on_id, type),
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE);
CREATE TABLE labels (issue_id TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (issue_id, label));
CREATE TABLE dirty_issues (issue_id TEXT PRIMARY KEY, marked_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE config (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE blocked_issues_cache (issue_id TEXT NOT NULL, PRIMARY KEY (issue_id));
INSERT INTO config VALUES ('issue_prefix', 'old'), ('compact_batch_size', '7');
INSERT INTO issues(id, title, description, assignee, created_at, updated_at, external_ref) VALUES
  ('old-1', 'First', 'd', 'ann', '2024-01-02 03:04:05', '2024-01-02 03:04:05.678+02:00', 'gh-1'),
  ('old-2', 'Second', '', NULL, '2024-01-03T00:00:00Z', '2024-01-03T00:00:00Z', NULL),
  ('old-1.1', 'Child', '', '', '2024-01-04T00:00:00Z', '2024-01-04T00:00:00Z', NULL);
INSERT INTO issues(id, title, status, closed_at) VALUES ('old-3', 'Done', 'closed', '2024-01-05 00:00:00');
INSERT INTO dependencies(issue_id, depends_on_id, type, created_by) VALUES
  ('old-1', 'old-2', 'blocks', 'ann'), ('old-1.1', 'old-1', 'parent-child', 'ann'),
  ('old-2', 'external:p:c', 'blocks', 'ann');
INSERT INTO labels VALUES ('old-1', 'b'), ('old-1', 'a');
INSERT INTO dirty_issues VALUES ('old-2', '2024-01-03 00:00:00');
INSERT INTO blocked_issues_cache VALUES ('old-1'), ('old-1.1');
)sql";

std::string Make(const TemporaryDirectory& directory, const char* sql) {
  const std::string path = directory.Path("beads.db");
  Db db = Must(Db::Open(path, Db::Mode::kCreate, 0));
  Must(db.Run(sql));
  return path;
}

TEST(Migrate, AnOlderDatabaseKeepsWhatItHas) {
  TemporaryDirectory directory;
  const std::string path = Make(directory, kOlder);
  Store store = Must(Store::Open({path}));
  Tx tx = Must(store.BeginRead());
  EXPECT_EQ(Must(StoredSchemaVersion(tx.db())), SchemaVersion());
  const std::map<std::string, Issue> issues = AllIssues(tx);
  ASSERT_EQ(issues.size(), 4);
  const Issue& first = issues.at("old-1");
  EXPECT_EQ(first.title, "First");
  EXPECT_EQ(first.assignee, "ann");
  EXPECT_EQ(first.external_ref, "gh-1");
  EXPECT_EQ(first.labels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(FormatTime(first.created_at), "2024-01-02T03:04:05Z");
  EXPECT_EQ(FormatTime(first.updated_at), "2024-01-02T03:04:05.678+02:00");
  ASSERT_EQ(first.dependencies.size(), 1);
  EXPECT_EQ(first.dependencies[0].depends_on_id, "old-2");
  EXPECT_EQ(issues.at("old-2").dependencies[0].depends_on_id, "external:p:c");
  EXPECT_EQ(issues.at("old-3").status, "closed");
  // Settings stay as they are, new ones are added.
  EXPECT_EQ(Must(IssuePrefix(tx)), "old");
  EXPECT_EQ(Must(GetConfig(tx, "compact_batch_size")), "7");
  EXPECT_EQ(Must(GetConfig(tx, "compact_tier1_days")), "30");
}

TEST(Migrate, WhatWeKeepBesideIsRightFromTheBeginning) {
  TemporaryDirectory directory;
  Store store = Must(Store::Open({Make(directory, kOlder)}));
  Tx tx = Must(store.BeginRead());
  EXPECT_EQ(Must(TopLevelIssues(tx)), 3);
  EXPECT_EQ(Must(GetMeta(tx, "generation"))->size(), 32);
  EXPECT_EQ(Must(DirtyMarks(tx)).size(), 1);
  EXPECT_EQ(Must(BaseLine(tx, "old-2")), std::nullopt);  // nobody knows what the file had
  ReadyFilter filter;
  filter.now = TestNow();
  const std::vector<Issue> ready = Must(ReadyIssues(tx, filter, {}));
  ASSERT_EQ(ready.size(), 1);
  EXPECT_EQ(ready[0].id, "old-2");
  EXPECT_EQ(Must(QueryInt(tx.db(), "SELECT count(*) FROM ready_issues")), 1);
}

TEST(Migrate, RunsOnce) {
  TemporaryDirectory directory;
  const std::string path = Make(directory, kOlder);
  std::string generation;
  for (int i = 0; i < 2; ++i) {
    Store store = Must(Store::Open({path}));
    Tx tx = Must(store.BeginRead());
    const std::string now = *Must(GetMeta(tx, "generation"));
    if (i == 1) {
      EXPECT_EQ(now, generation);
    }
    generation = now;
  }
}

// The tables of the release itself, as our own schema makes them.
TEST(Migrate, TheTablesOfTheReleaseAreTakenAsTheyAre) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("beads.db");
  {
    Db db = Must(Db::Open(path, Db::Mode::kCreate, 0));
    Must(CreateReferenceSchema(db));
    EXPECT_EQ(Must(StoredSchemaVersion(db)), 0);
    Must(db.Run("INSERT INTO issues(id, title) VALUES ('bd-1', 'x')"));
  }
  Store store = Must(Store::Open({path}));
  Tx tx = Must(store.BeginRead());
  EXPECT_EQ(AllIssues(tx).size(), 1);
}

TEST(Migrate, AnEmptyDatabaseBecomesAStore) {
  TemporaryDirectory directory;
  Store store = Must(Store::Open({Make(directory, "PRAGMA user_version = 1")}));
  Tx tx = Must(store.BeginRead());
  EXPECT_EQ(Must(StoredSchemaVersion(tx.db())), SchemaVersion());
}

// All in one transaction: what fails in the middle leaves the database as it was.
TEST(Migrate, AMigrationThatFailsChangesNothing) {
  TemporaryDirectory directory;
  const std::string path = Make(directory, kOlder);
  {
    Db db = Must(Db::Open(path, Db::Mode::kReadWrite, 0));
    Must(db.Run("CREATE TABLE bd_requests(somebody TEXT)"));
  }
  const Result<Store> opened = Store::Open({path});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("migration 1"), std::string::npos) << opened.error().message;
  Db db = Must(Db::Open(path, Db::Mode::kReadWrite, 0));
  EXPECT_EQ(Must(QueryInt(db, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'bd\\_%' ESCAPE '\\'")), 1);
  EXPECT_EQ(Must(QueryInt(db, "SELECT count(*) FROM pragma_table_info('issues')")), 16);
}

TEST(Migrate, VersionsUpToOursAreKnown) {
  EXPECT_TRUE(CheckSchemaVersion(0));
  EXPECT_TRUE(CheckSchemaVersion(SchemaVersion()));
  EXPECT_EQ(CheckSchemaVersion(SchemaVersion() + 1).error().code, Code::kNewer);
}

}  // namespace
}  // namespace bd
