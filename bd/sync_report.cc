// `bd sync --status` and `bd sync --check`: they look and change nothing.
#include "bd/setting.h"
#include "bd/sync_steps.h"
#include "engine/base/text.h"
#include "engine/os/path.h"
#include "engine/query/ids.h"
#include "engine/storage/dirty.h"
#include "engine/storage/settings.h"
#include "engine/sync/git.h"
#include "engine/sync/merge_files.h"

namespace bd {

namespace {

constexpr size_t kExamplesMax = 5;

std::string ValueOf(Session& session, std::string_view key) {
  Result<std::optional<std::string>> stored = GetConfig(session.tx(), key);
  return stored && *stored ? **stored : session.config().Get(key);
}

// "2025-01-02 03:04:05 (commit abc1234)"
std::string LastExport(Session& session, const std::string& moment) {
  if (moment.empty()) return "never";
  const Workspace& workspace = session.workspace();
  if (!workspace.git) return moment;
  Result<os::ProcessResult> log =
      RunGit(workspace.git->work_tree, {"log", "-1", "--format=%h", "--", workspace.shared_file}, 5'000);
  const std::string commit = log && log->exit_code == 0 ? std::string(Trim(log->output)) : "";
  return commit.empty() ? moment : Cat(moment, " (commit ", commit, ")");
}

std::string Examples(const std::vector<std::string>& ids) {
  std::vector<std::string> some(
      ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), kExamplesMax)));
  return Cat(Join(some, ", "), ids.size() > some.size() ? ", ..." : "");
}

void WriteIds(JsonWriter& out, std::string_view key, const std::vector<std::string>& ids) {
  if (ids.empty()) return;
  out.Key(key);
  WriteJson(out, ids);
}

}  // namespace

Result<SyncBody> SyncStatus(Session& session, const SyncArgs&) {
  TRY(session.Refresh(false));
  TRY(session.BeginRead());
  const SyncMode mode = TRY(PresentSyncMode(session));
  const std::string export_on = ValueOf(session, "sync.export_on");
  const std::string import_on = ValueOf(session, "sync.import_on");
  const std::string strategy = ValueOf(session, "conflict.strategy");
  const int64_t pending = TRY(PendingCount(session.tx()));
  const std::string moment = TRY(GetMeta(session.tx(), "last_export_time")).value_or("");
  session.Rollback();
  const std::string last_export = LastExport(session, moment);
  const int64_t conflicts = TRY(CountConflicts(session.workspace().shared_file));
  SyncBody body;
  body.lines = {
      Cat("Sync mode: ", mode.name, " (", mode.Short(), ")"),
      Cat("  Export on: ", export_on, ", Import on: ", import_on),
      Cat("Conflict strategy: ", strategy),
      Cat("Last export: ", last_export),
      Cat("Pending changes: ", pending == 0 ? "none" : Cat(pending, " issues modified since last export")),
      "Import branch: none",
      Cat("Conflicts: ", conflicts == 0 ? "none" : Cat(conflicts, " unresolved")),
  };
  body.data = JsonObject([&](JsonWriter& out) {
    out.Key("conflict_strategy");
    out.String(strategy);
    out.Key("conflicts");
    out.Int(conflicts);
    out.Key("export_on");
    out.String(export_on);
    out.Key("import_on");
    out.String(import_on);
    out.Key("last_export");
    out.String(last_export);
    out.Key("pending_changes");
    out.Int(pending);
    out.Key("sync_mode");
    out.String(mode.name);
  });
  return body;
}

Result<SyncBody> SyncCheck(Session& session, const SyncArgs&) {
  TRY(session.Refresh(false));
  TRY(session.BeginRead());
  const std::string prefix = TRY(IssuePrefix(session.tx()));
  const auto [foreign, orphans] = TRY(FindOddIds(session.tx(), prefix));
  session.Rollback();
  SyncBody body;
  body.problems = !foreign.empty() || !orphans.empty();
  body.lines = {
      "Sync Integrity Check",
      "====================",
      "1. Force Push Detection",
      "   [OK] No sync branch configured or no remote",
      "",
      "2. Prefix Mismatch Check",
      Cat("   Configured prefix: ", prefix),
      foreign.empty()
          ? "   [OK] All issues have correct prefix"
          : Cat("   [PROBLEM] ", foreign.size(), " issues have another prefix: ", Examples(foreign)),
      "",
      "3. Orphaned Children Check",
      orphans.empty() ? "   [OK] No orphaned children found"
                      : Cat("   [PROBLEM] ", orphans.size(), " children have no parent: ", Examples(orphans)),
      "",
      "",
      "Summary",
      "-------",
      body.problems ? "Problems detected. Review the lists above before you sync."
                    : "No problems detected. Safe to sync."};
  body.data = JsonObject([&](JsonWriter& out) {
    WriteIds(out, "prefix_mismatch", foreign);
    WriteIds(out, "orphaned_children", orphans);
    out.Key("has_problems");
    out.Bool(body.problems);
  });
  return body;
}

}  // namespace bd
