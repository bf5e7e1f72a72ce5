// Invariants that other programs rely on:
//  1. every table and column of 0.49.6 exists, and columns are always named in statements;
//  2. dependencies holds no edge to a missing issue (0.49.6 deletes such edges when it opens the
//     database; ours wait in bd_dangling), and has no index, trigger or column of ours (0.49.6
//     rebuilds the table at every open);
//  3. blocked_issues_cache, child_counters and dirty_issues are current after every transaction.
#include "engine/storage/schema.h"

#include <algorithm>

#include "engine/base/text.h"

namespace bd {

namespace {

struct Column {
  const char* name;
  const char* declaration;
};

constexpr Column kIssueColumns[] = {
    {"id", "TEXT PRIMARY KEY"},
    {"content_hash", "TEXT"},
    {"title", "TEXT NOT NULL CHECK (length(title) <= 500)"},
    {"description", "TEXT NOT NULL DEFAULT ''"},
    {"design", "TEXT NOT NULL DEFAULT ''"},
    {"acceptance_criteria", "TEXT NOT NULL DEFAULT ''"},
    {"notes", "TEXT NOT NULL DEFAULT ''"},
    {"status", "TEXT NOT NULL DEFAULT 'open'"},
    {"priority", "INTEGER NOT NULL DEFAULT 2 CHECK (priority >= 0 AND priority <= 4)"},
    {"issue_type", "TEXT NOT NULL DEFAULT 'task'"},
    {"assignee", "TEXT"},
    {"estimated_minutes", "INTEGER"},
    {"created_at", "DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP"},
    {"created_by", "TEXT DEFAULT ''"},
    {"owner", "TEXT DEFAULT ''"},
    {"updated_at", "DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP"},
    {"closed_at", "DATETIME"},
    {"closed_by_session", "TEXT DEFAULT ''"},
    {"external_ref", "TEXT"},
    {"spec_id", "TEXT"},
    {"compaction_level", "INTEGER DEFAULT 0"},
    {"compacted_at", "DATETIME"},
    {"compacted_at_commit", "TEXT"},
    {"original_size", "INTEGER"},
    {"deleted_at", "DATETIME"},
    {"deleted_by", "TEXT DEFAULT ''"},
    {"delete_reason", "TEXT DEFAULT ''"},
    {"original_type", "TEXT DEFAULT ''"},
    {"sender", "TEXT DEFAULT ''"},
    {"ephemeral", "INTEGER DEFAULT 0"},
    {"wisp_type", "TEXT DEFAULT ''"},
    {"pinned", "INTEGER DEFAULT 0"},
    {"is_template", "INTEGER DEFAULT 0"},
    {"crystallizes", "INTEGER DEFAULT 0"},
    {"mol_type", "TEXT DEFAULT ''"},
    {"work_type", "TEXT DEFAULT 'mutex'"},
    {"quality_score", "REAL"},
    {"source_system", "TEXT DEFAULT ''"},
    {"metadata", "TEXT NOT NULL DEFAULT '{}'"},
    {"event_kind", "TEXT DEFAULT ''"},
    {"actor", "TEXT DEFAULT ''"},
    {"target", "TEXT DEFAULT ''"},
    {"payload", "TEXT DEFAULT ''"},
    {"source_repo", "TEXT DEFAULT '.'"},
    {"close_reason", "TEXT DEFAULT ''"},
    {"await_type", "TEXT"},
    {"await_id", "TEXT"},
    {"timeout_ns", "INTEGER"},
    {"waiters", "TEXT"},
    {"hook_bead", "TEXT DEFAULT ''"},
    {"role_bead", "TEXT DEFAULT ''"},
    {"agent_state", "TEXT DEFAULT ''"},
    {"last_activity", "DATETIME"},
    {"role_type", "TEXT DEFAULT ''"},
    {"rig", "TEXT DEFAULT ''"},
    {"due_at", "DATETIME"},
    {"defer_until", "DATETIME"},
};

constexpr const char* kIssueCheck =
    "CHECK ((status = 'closed' AND closed_at IS NOT NULL) OR (status = 'tombstone') OR "
    "(status NOT IN ('closed', 'tombstone') AND closed_at IS NULL))";

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS dependencies (
  issue_id TEXT NOT NULL,
  depends_on_id TEXT NOT NULL,
  type TEXT NOT NULL DEFAULT 'blocks',
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  created_by TEXT NOT NULL,
  metadata TEXT,
  thread_id TEXT,
  PRIMARY KEY (issue_id, depends_on_id, type),
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS labels (
  issue_id TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (issue_id, label),
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issue_id TEXT NOT NULL,
  author TEXT NOT NULL,
  text TEXT NOT NULL,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issue_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  actor TEXT NOT NULL,
  old_value TEXT,
  new_value TEXT,
  comment TEXT,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS config (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS metadata (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dirty_issues (
  issue_id TEXT PRIMARY KEY,
  marked_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  content_hash TEXT,
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS export_hashes (
  issue_id TEXT PRIMARY KEY,
  content_hash TEXT NOT NULL,
  exported_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS child_counters (
  parent_id TEXT PRIMARY KEY,
  last_child INTEGER NOT NULL DEFAULT 0,
  FOREIGN KEY (parent_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS issue_snapshots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issue_id TEXT NOT NULL,
  snapshot_time DATETIME NOT NULL,
  compaction_level INTEGER NOT NULL,
  original_size INTEGER NOT NULL,
  compressed_size INTEGER NOT NULL,
  original_content TEXT NOT NULL,
  archived_events TEXT,
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS compaction_snapshots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issue_id TEXT NOT NULL,
  compaction_level INTEGER NOT NULL,
  snapshot_json BLOB NOT NULL,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS repo_mtimes (
  repo_path TEXT PRIMARY KEY,
  jsonl_path TEXT NOT NULL,
  mtime_ns INTEGER NOT NULL,
  last_checked DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS blocked_issues_cache (
  issue_id TEXT PRIMARY KEY,
  FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
)sql";

struct Index {
  const char* name;
  const char* definition;
  bool stands = false;  // also during a bulk load: loading needs it, or hardly any row is in it
};

// Names and definitions as in 0.49.6; the two that begin with bd_ are ours: they give `ready` and
// `list` their order without reading what is closed.
constexpr Index kIndexes[] = {
    {"idx_issues_status", "issues(status)"},
    {"idx_issues_priority", "issues(priority)"},
    {"idx_issues_assignee", "issues(assignee)"},
    {"idx_issues_created_at", "issues(created_at)"},
    {"idx_issues_updated_at", "issues(updated_at)"},
    {"idx_issues_status_priority", "issues(status, priority)"},
    {"idx_issues_external_ref", "issues(external_ref)"},
    {"idx_issues_source_repo", "issues(source_repo)"},
    {"idx_issues_spec_id", "issues(spec_id)"},
    {"idx_issues_due_at", "issues(due_at)"},
    {"idx_issues_defer_until", "issues(defer_until)"},
    {"idx_issues_deleted_at", "issues(deleted_at) WHERE deleted_at IS NOT NULL", true},
    {"idx_issues_ephemeral", "issues(ephemeral) WHERE ephemeral = 1", true},
    {"idx_issues_sender", "issues(sender) WHERE sender != ''", true},
    {"idx_issues_pinned", "issues(pinned) WHERE pinned = 1", true},
    {"idx_issues_is_template", "issues(is_template) WHERE is_template = 1", true},
    {"idx_issues_gate", "issues(issue_type) WHERE issue_type = 'gate'", true},
    {"bd_issues_active_created",
     "issues(status, julianday(created_at)) WHERE status <> 'closed' AND status <> 'tombstone'"},
    {"bd_issues_active_priority",
     "issues(priority, julianday(created_at) DESC) WHERE status <> 'closed' AND status <> 'tombstone'"},
    {"idx_dependencies_issue_id", "dependencies(issue_id)"},
    {"idx_dependencies_depends_on", "dependencies(depends_on_id)"},
    {"idx_dependencies_type", "dependencies(type)"},
    {"idx_dependencies_depends_on_type", "dependencies(depends_on_id, type)"},
    {"idx_dependencies_depends_on_type_issue", "dependencies(depends_on_id, type, issue_id)"},
    {"idx_dependencies_issue_type", "dependencies(issue_id, type)"},
    {"idx_labels_label", "labels(label)"},
    {"idx_labels_label_issue", "labels(label, issue_id)"},
    {"idx_comments_issue", "comments(issue_id)", true},
    {"idx_comments_created_at", "comments(created_at)"},
    {"idx_events_issue", "events(issue_id)"},
    {"idx_events_created_at", "events(created_at)"},
    {"idx_events_issue_type", "events(issue_id, event_type)"},
    {"idx_dirty_issues_marked_at", "dirty_issues(marked_at)"},
    {"idx_snapshots_issue", "issue_snapshots(issue_id)", true},
    {"idx_snapshots_level", "issue_snapshots(compaction_level)", true},
    {"idx_comp_snap_issue_level_created", "compaction_snapshots(issue_id, compaction_level, created_at DESC)",
     true},
    {"idx_repo_mtimes_checked", "repo_mtimes(last_checked)", true},
};

constexpr const char* kUniqueReference =
    "CREATE UNIQUE INDEX IF NOT EXISTS idx_issues_external_ref_unique ON issues(external_ref) "
    "WHERE external_ref IS NOT NULL";

// Only other programs read the views. A blocker holds up what depends on it and, through
// parent-child edges, everything below.
constexpr const char* kViews = R"sql(
CREATE VIEW IF NOT EXISTS ready_issues AS
  WITH RECURSIVE held(issue_id, depth) AS (
    SELECT d.issue_id, 0 FROM dependencies d JOIN issues blocker ON blocker.id = d.depends_on_id
      WHERE d.type = 'blocks' AND blocker.status IN ('open', 'in_progress', 'blocked', 'deferred')
    UNION
    SELECT d.issue_id, held.depth + 1 FROM held JOIN dependencies d
      ON d.depends_on_id = held.issue_id AND d.type = 'parent-child' WHERE held.depth < 50
  )
  SELECT i.* FROM issues i WHERE i.status = 'open' AND i.id NOT IN (SELECT issue_id FROM held);
CREATE VIEW IF NOT EXISTS blocked_issues AS
  SELECT i.*, count(d.depends_on_id) AS blocked_by_count
  FROM issues i JOIN dependencies d ON d.issue_id = i.id AND d.type = 'blocks'
    JOIN issues blocker ON blocker.id = d.depends_on_id
      AND blocker.status IN ('open', 'in_progress', 'blocked', 'deferred')
  WHERE i.status IN ('open', 'in_progress', 'blocked', 'deferred')
  GROUP BY i.id;
)sql";

constexpr const char* kDefaultSettings = R"sql(
INSERT OR IGNORE INTO config(key, value) VALUES
  ('compaction_enabled', 'false'), ('compact_tier1_days', '30'), ('compact_tier1_dep_levels', '2'),
  ('compact_tier2_days', '90'), ('compact_tier2_dep_levels', '5'), ('compact_tier2_commits', '100'),
  ('compact_model', 'claude-haiku-4-5-20251001'), ('compact_batch_size', '50'),
  ('compact_parallel_workers', '5'), ('auto_compact_enabled', 'false');
)sql";

Status CreateIssueTable(Db& db) {
  std::string sql = "CREATE TABLE IF NOT EXISTS issues (";
  for (const Column& column : kIssueColumns) sql += Cat(column.name, " ", column.declaration, ", ");
  return db.Run(Cat(sql, kIssueCheck, ")").c_str());
}

// A database of an older release lacks the columns that came later.
Status AddMissingIssueColumns(Db& db) {
  const std::vector<std::string> present =
      TRY(QueryTexts(db, "SELECT name FROM pragma_table_info('issues')"));
  for (const Column& column : kIssueColumns) {
    if (std::find(present.begin(), present.end(), column.name) != present.end()) continue;
    TRY(db.Run(Cat("ALTER TABLE issues ADD COLUMN ", column.name, " ", column.declaration).c_str()));
  }
  return Ok();
}

}  // namespace

Status CreateIndexes(Db& db) {
  for (const Index& index : kIndexes) {
    TRY(db.Run(Cat("CREATE INDEX IF NOT EXISTS ", index.name, " ON ", index.definition).c_str()));
  }
  return Ok();
}

Status DropIndexesForLoad(Db& db) {
  for (const Index& index : kIndexes) {
    if (!index.stands) TRY(db.Run(Cat("DROP INDEX IF EXISTS ", index.name).c_str()));
  }
  return Ok();
}

Status CreateReferenceSchema(Db& db) {
  TRY(CreateIssueTable(db));
  TRY(AddMissingIssueColumns(db));
  TRY(db.Run(kTables));
  TRY(CreateIndexes(db));
  TRY(db.Run(kUniqueReference));
  TRY(db.Run(kViews));
  return db.Run(kDefaultSettings);
}

}  // namespace bd
