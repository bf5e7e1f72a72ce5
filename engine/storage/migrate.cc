#include "engine/storage/migrate.h"

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/os/random.h"
#include "engine/storage/schema.h"

namespace bd {

namespace {

// 1: the tables of ours. Tables about issues lose their rows with the issue.
Status CreateOwnTables(Db& db) {
  TRY(CreateReferenceSchema(db));
  TRY(db.Run(R"sql(
CREATE TABLE bd_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE bd_requests (
  request_id TEXT PRIMARY KEY, at INTEGER NOT NULL, command TEXT NOT NULL,
  reply TEXT NOT NULL, answers INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX bd_requests_at ON bd_requests(at);
CREATE TABLE bd_base (issue_id TEXT PRIMARY KEY, line TEXT NOT NULL);
CREATE TABLE bd_verbatim (
  issue_id TEXT PRIMARY KEY REFERENCES issues(id) ON DELETE CASCADE,
  line TEXT NOT NULL, canonical BLOB NOT NULL
);
CREATE TABLE bd_extra (
  issue_id TEXT PRIMARY KEY REFERENCES issues(id) ON DELETE CASCADE, members TEXT NOT NULL
);
CREATE TABLE bd_edge_extra (
  issue_id TEXT NOT NULL, depends_on_id TEXT NOT NULL, type TEXT NOT NULL, members TEXT NOT NULL,
  PRIMARY KEY (issue_id, depends_on_id, type)
) WITHOUT ROWID;
CREATE TABLE bd_comment_extra (
  comment_id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL, members TEXT NOT NULL
);
CREATE TABLE bd_dangling (
  issue_id TEXT NOT NULL REFERENCES issues(id) ON DELETE CASCADE, depends_on_id TEXT NOT NULL,
  type TEXT NOT NULL, created_at TEXT, created_by TEXT NOT NULL, metadata TEXT, thread_id TEXT,
  PRIMARY KEY (issue_id, depends_on_id, type)
) WITHOUT ROWID;
CREATE INDEX bd_dangling_target ON bd_dangling(depends_on_id);
CREATE TABLE bd_shared_ephemeral (
  issue_id TEXT PRIMARY KEY REFERENCES issues(id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE bd_removed (issue_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE bd_rejected (
  position INTEGER PRIMARY KEY, number INTEGER NOT NULL, line BLOB NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE bd_line_set (id INTEGER PRIMARY KEY CHECK (id = 1), hashes BLOB NOT NULL);
CREATE TABLE bd_line_changes (hash BLOB PRIMARY KEY, present INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE bd_file (
  id INTEGER PRIMARY KEY CHECK (id = 1), path TEXT NOT NULL, device INTEGER NOT NULL,
  inode INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
  trusted INTEGER NOT NULL, sorted_bytes INTEGER NOT NULL, kept_name TEXT NOT NULL,
  kept_inode INTEGER NOT NULL, kept_size INTEGER NOT NULL, kept_mtime_ns INTEGER NOT NULL
);
)sql"));
  TRY(db.Execute("INSERT INTO bd_meta(key, value) VALUES ('generation', ?)", os::RandomHex(16)));
  // The number of top-level ids decides how long new ones are; counting them each time would cost
  // every create a scan.
  return db.Run(
      "INSERT INTO bd_meta(key, value) SELECT 'top_level_issues', count(*) FROM issues "
      "WHERE instr(id, '.') = 0");
}

// 2: the feed of changes. Triggers, because other programs write events too. The moment of a row gives its
// stamp, unless that would not be greater than all before.
Status CreateFeed(Db& db) {
  TRY(
      db.Run("CREATE TABLE bd_feed (stamp INTEGER PRIMARY KEY, kind TEXT NOT NULL, source INTEGER, "
             "issue_id TEXT NOT NULL)"));
  auto add = [](std::string_view kind, std::string_view source, std::string_view issue, std::string_view at) {
    return Cat(
        "INSERT INTO bd_feed(stamp, kind, source, issue_id) SELECT max(coalesce((SELECT max(stamp) FROM "
        "bd_feed), 0) + 1, coalesce(CAST(round((julianday(",
        at, ") - 2440587.5) * 86400000.0) AS INTEGER), 0)), '", kind, "', ", source, ", ", issue);
  };
  // They stand at tables of others, and may have outlived ours.
  for (const char* name : {"bd_feed_event", "bd_feed_comment", "bd_feed_removed"}) {
    TRY(db.Run(Cat("DROP TRIGGER IF EXISTS ", name).c_str()));
  }
  const std::string triggers[] = {
      Cat("CREATE TRIGGER bd_feed_event AFTER INSERT ON events BEGIN ",
          add("event", "new.id", "new.issue_id", "new.created_at"), "; END"),
      Cat("CREATE TRIGGER bd_feed_comment AFTER INSERT ON comments BEGIN ",
          add("comment", "new.id", "new.issue_id", "new.created_at"), "; END"),
      // Of a deleted one the event of its deletion has told already.
      Cat("CREATE TRIGGER bd_feed_removed AFTER DELETE ON issues WHEN old.status <> 'tombstone' BEGIN ",
          add("removed", "NULL", "old.id", "old.updated_at"), "; END")};
  for (const std::string& trigger : triggers) TRY(db.Run(trigger.c_str()));
  return Ok();
}

// 3: the states that a dirty issue has passed through, with the marks that they had.
Status CreatePassedStates(Db& db) {
  return db.Run(
      "CREATE TABLE bd_passed (issue_id TEXT NOT NULL, marked_at DATETIME NOT NULL, line TEXT NOT NULL, "
      "PRIMARY KEY (issue_id, marked_at)) WITHOUT ROWID");
}

struct Migration {
  const char* name;
  Status (*run)(Db& db);
};

constexpr Migration kMigrations[] = {
    {"own tables", CreateOwnTables},
    {"feed of changes", CreateFeed},
    {"passed states", CreatePassedStates},
};

// Neither empty nor with the classic tool's issues.
Result<bool> IsForeignDatabase(Db& db) {
  if (TRY(QueryInt(db, "SELECT count(*) FROM sqlite_master")) == 0) return false;
  return TRY(QueryInt(db,
                      "SELECT count(*) FROM pragma_table_info('issues') "
                      "WHERE name IN ('id', 'title', 'status', 'issue_type')")) < 4;
}

// Version 0: nothing at all, or the tables of the classic tool. Those of others stay untouched.
Result<int64_t> WithoutOurTables(Db& db) {
  if (!TRY(IsForeignDatabase(db))) return int64_t{0};
  return Invalid("the database belongs to another program: it has no issues in it",
                 "nothing was changed; if it is in the way, move it aside, and run the command again");
}

}  // namespace

int64_t SchemaVersion() { return std::size(kMigrations); }

Result<int64_t> StoredSchemaVersion(Db& db) {
  const int64_t tables =
      TRY(QueryInt(db, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'bd_meta'"));
  if (tables == 0) return WithoutOurTables(db);
  return QueryInt(db, "SELECT value FROM bd_meta WHERE key = 'schema_version'");
}

Status CheckSchemaVersion(int64_t stored) {
  if (stored <= SchemaVersion()) return Ok();
  return Error{
      Code::kNewer,
      Cat("the database has schema version ", stored, ", this bd knows versions up to ", SchemaVersion()),
      "install the newer bd; nothing was changed", false};
}

Status Migrate(Db& db) {
  ASSERT(db.InTransaction());
  const int64_t stored = TRY(StoredSchemaVersion(db));
  TRY(CheckSchemaVersion(stored));
  for (int64_t version = stored; version < SchemaVersion(); ++version) {
    Status done = kMigrations[version].run(db);
    if (!done) {
      done.error().message =
          Cat("migration ", version + 1, " (", kMigrations[version].name, "): ", done.error().message);
      return done;
    }
  }
  return db.Execute("INSERT OR REPLACE INTO bd_meta(key, value) VALUES ('schema_version', ?)",
                    Cat(SchemaVersion()));
}

}  // namespace bd
