// INTEG: the store passes SQLite's integrity check, after each life of a daemon and at the end, and its
// derived tables say what they are derived from.
#include <map>

#include "sim/run/oracle.h"

namespace sim {

namespace {

class IntegrityOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (call.op != Op::kOpen || outcome < 0 || !task.options.serves || !task.owns_statics) return;
    if (call.path.ends_with("/beads.db")) opened_[task.number] = call.path;
  }

  void OnEnd(const Task& task) override {
    const auto opened = opened_.find(task.number);
    if (opened == opened_.end() || view_.external_edits || !view_.honest_locks) return;
    const std::vector<std::string> rows = AskStore(view_.world, opened->second, "PRAGMA integrity_check");
    if (rows != std::vector<std::string>{"ok"}) {
      Fail("INTEG", "after the end of " + task.options.agent + " the integrity check of " + opened->second +
                        " says: " + (rows.empty() ? "" : rows[0]));
    }
    opened_.erase(opened);
  }

  void AtEnd() override {
    for (const std::string& workspace : view_.workspaces) Check(DatabaseOf(workspace));
  }

 private:
  void Check(const std::string& database) {
    database_ = database;
    Demand("PRAGMA integrity_check", {"ok"}, "the integrity check");
    Demand("PRAGMA foreign_key_check", {}, "foreign keys");
    Demand(
        "SELECT d.issue_id FROM bd_dangling d JOIN issues i ON i.id = d.depends_on_id"
        " UNION SELECT r.issue_id FROM bd_removed r JOIN issues i ON i.id = r.issue_id",
        {}, "the list of those that are not there");
    Demand(
        "SELECT issue_id FROM bd_base UNION SELECT issue_id FROM bd_passed"
        " EXCEPT SELECT issue_id FROM dirty_issues",
        {}, "the list of bases of changed issues");
    // An open issue waits if and only if the cache says so; who waits for whom is worked out anew here.
    Demand(
        "WITH RECURSIVE"
        " finished(id) AS (SELECT id FROM issues WHERE status IN ('closed', 'tombstone')),"
        " children(id, parent) AS ("
        "  SELECT d.issue_id, d.depends_on_id FROM dependencies d JOIN issues c ON c.id = d.issue_id"
        "  WHERE d.type = 'parent-child'),"
        " waits(id) AS ("
        "  SELECT d.issue_id FROM dependencies d JOIN issues b ON b.id = d.depends_on_id"
        "  WHERE d.type IN ('blocks', 'conditional-blocks') AND b.id NOT IN (SELECT id FROM finished)"
        "  UNION SELECT d.issue_id FROM dependencies d JOIN issues b ON b.id = d.depends_on_id"
        "  WHERE d.type = 'conditional-blocks' AND b.status = 'closed' AND b.close_reason NOT LIKE '%failed%'"
        "  UNION SELECT d.issue_id FROM dependencies d WHERE d.type = 'waits-for'"
        "  AND coalesce(d.metadata, '') NOT LIKE '%any-children%' AND EXISTS (SELECT 1 FROM children c"
        "  WHERE c.parent = d.depends_on_id AND c.id NOT IN (SELECT id FROM finished))"
        "  UNION SELECT d.issue_id FROM dependencies d WHERE d.type = 'waits-for'"
        "  AND d.metadata LIKE '%any-children%' AND NOT EXISTS (SELECT 1 FROM children c"
        "  WHERE c.parent = d.depends_on_id AND c.id IN (SELECT id FROM finished))"
        "  UNION SELECT c.id FROM children c JOIN waits w ON w.id = c.parent)"
        " SELECT i.id FROM issues i WHERE i.status NOT IN ('closed', 'tombstone')"
        " AND (i.id IN (SELECT id FROM waits)) <> (i.id IN (SELECT issue_id FROM blocked_issues_cache))",
        {}, "blocked_issues_cache");
  }

  void Demand(const char* sql, const std::vector<std::string>& expected, const std::string& what) {
    const std::vector<std::string> rows = view_.stores->Ask(database_, sql);
    if (rows == expected) return;
    std::string told;
    for (size_t i = 0; i < rows.size() && i < 5; ++i) told += (i ? ", " : "") + rows[i];
    Fail("INTEG", what + " of " + database_ + " says: " + told);
  }

  std::string database_;
  std::map<int, std::string> opened_;  // by daemons that live, by their numbers
};

}  // namespace

std::unique_ptr<Oracle> MakeIntegrity(RunView& view) { return std::make_unique<IntegrityOracle>(view); }

}  // namespace sim
