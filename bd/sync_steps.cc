#include "bd/sync_steps.h"

#include "bd/import_shared.h"
#include "bd/setting.h"
#include "engine/base/text.h"
#include "engine/jsonl/publish.h"
#include "engine/os/files.h"
#include "engine/os/lock.h"
#include "engine/os/random.h"
#include "engine/query/ids.h"
#include "engine/storage/dirty.h"
#include "engine/storage/settings.h"
#include "engine/sync/git.h"
#include "engine/sync/merge_files.h"

namespace bd {

namespace {

struct Pending {
  int64_t changed = 0;
  int64_t issues = 0;  // that belong in the file
};

Result<Pending> CountPending(Session& session) {
  TRY(session.BeginRead());
  Pending pending;
  pending.changed = TRY(PendingCount(session.tx()));
  pending.issues = TRY(CountShared(session.tx()));
  session.Rollback();
  return pending;
}

Error Conflicted(const Session& session) {
  return Error{Code::kInvalid,
               Cat(session.workspace().shared_file, " has conflict markers; nothing was written to it"),
               "run 'bd sync --resolve' to merge both sides, or edit the file and delete the marker lines",
               false};
}

// Takes in what the file has, then writes what it lacks.
Result<Pending> BringTogether(Session& session, bool all) {
  TRY(session.Refresh(true));
  const Pending pending = TRY(CountPending(session));
  TRY(ExportNow(session, all));
  return pending;
}

}  // namespace

Result<PublishReport> ExportNow(Session& session, bool all) {
  if (session.options().without_database) return PublishReport{};
  PublishOptions options = session.PublishSettings();
  options.full = all || !session.workspace().HasSharedFile();
  PublishReport report = TRY(Publish(session.store(), options));
  session.NoteImport(report.taken_in);
  switch (report.outcome) {
    case PublishReport::Outcome::kConflicted: return Conflicted(session);
    case PublishReport::Outcome::kGitIsBusy:
      return Error{
          Code::kBusy, Cat("a git operation is under way in the work tree of ", options.path),
          Cat("try again when it is finished; if none is running, remove ", options.git_dir, "/index.lock"),
          false};
    case PublishReport::Outcome::kLocked:
      return Error{Code::kBusy, Cat("another process is writing ", options.path), "try again", false};
    case PublishReport::Outcome::kPublished:
    case PublishReport::Outcome::kNothingToDo: break;
  }
  return report;
}

Result<SyncBody> SyncExport(Session& session, const SyncArgs& args) {
  SyncBody body;
  if (args.dry_run) {
    body.lines = {"→ [DRY RUN] Would export database to JSONL"};
    return body;
  }
  const Pending pending = TRY(BringTogether(session, args.full_export));
  const std::string& path = session.workspace().shared_file;
  body.lines.push_back("Exporting beads to JSONL...");
  body.lines.push_back(pending.changed == 0 ? "✓ Exported 0 issues"
                                            : Cat("✓ Exported ", pending.issues, " issues (", pending.changed,
                                                  " changed since last sync)"));
  body.lines.push_back(Cat("✓ ", path, " updated"));
  body.data = JsonObject([&](JsonWriter& out) {
    out.Key("changed");
    out.Int(pending.changed);
    out.Key("issues");
    out.Int(pending.issues);
    out.Key("path");
    out.String(path);
  });
  return body;
}

Result<SyncBody> SyncFlush(Session& session, const SyncArgs& args) {
  SyncBody body;
  if (args.dry_run) {
    body.lines = {"→ [DRY RUN] Would export pending changes to JSONL"};
    return body;
  }
  TRY(BringTogether(session, args.full_export));
  return body;
}

Result<SyncBody> SyncSquash(Session& session, const SyncArgs& args) {
  SyncBody body = TRY(SyncFlush(session, args));
  if (args.dry_run) return body;
  body.lines = {"→ Exporting pending changes to JSONL (squash mode)...", "✓ Changes accumulated in JSONL",
                "  Run 'bd sync --full' to commit all accumulated changes"};
  return body;
}

Result<SyncBody> SyncImport(Session& session, const SyncArgs& args) {
  SyncBody body;
  if (args.dry_run) {
    body.lines = {"→ [DRY RUN] Would import from JSONL"};
    return body;
  }
  const std::string& path = session.workspace().shared_file;
  if (!session.workspace().HasSharedFile()) {
    return NotFound(Cat("importing: ", path, " does not exist"));
  }
  body.lines.push_back("→ Importing from JSONL...");
  TRY(session.Refresh(true));
  TRY(session.BeginWrite());
  Result<ImportResult> imported = ImportShared(session);
  if (!imported && imported.error().code == Code::kConflict) {
    return Error{Code::kInvalid, "importing: " + imported.error().message,
                 "run 'bd sync --resolve' to merge both sides, or edit the file and delete the marker lines",
                 false};
  }
  const ImportResult result = TRY(std::move(imported));
  TRY(session.Commit());
  body.lines.push_back("✓ Import complete");
  body.notes.push_back(ImportCounts(result));
  return body;
}

Result<SyncBody> SyncSetMode(Session& session, const SyncArgs& args) {
  TRY(session.BeginWrite());
  TRY(SetSyncMode(session, args.value));
  TRY(session.Commit());
  SyncBody body;
  const SyncMode* mode = FindSyncMode(args.value);
  body.lines = {Cat("✓ Sync mode set to: ", mode->name, " (", mode->Short(), ")")};
  return body;
}

namespace {

MergeStrategy StrategyOf(const std::string& name) {
  if (name == "ours") return MergeStrategy::kOurs;
  if (name == "theirs") return MergeStrategy::kTheirs;
  return MergeStrategy::kNewest;
}

// The common ancestor that git keeps while a path is unmerged. Markers in git's usual style do not show
// it, and without it a value that one side changed and the other did not goes to whoever wrote last.
Result<std::optional<FileVersion>> AncestorInGit(const Workspace& workspace) {
  if (!workspace.git) return std::optional<FileVersion>();
  const std::string copy = Cat(workspace.database, ".ancestor-", os::RandomHex(8));
  Result<bool> saved = SaveRevision(*workspace.git, ":1", workspace.shared_file, copy);
  if (!saved || !*saved) return std::optional<FileVersion>();
  Result<os::Fd> opened = os::OpenRead(copy);
  (void)os::Unlink(copy);
  const os::Fd file = TRY(std::move(opened));
  LineReader reader(file);
  return std::optional(TRY(FileVersion::Read(reader)));
}

// Publishes the merged lines in place of the conflicted file. What came out is the file just read; it
// is held back for a moment in case somebody is writing into it.
Status ReplaceConflicted(const std::string& path, const os::FileInfo& before,
                         const std::vector<std::string>& lines) {
  Publication publication = TRY(Publication::Begin(path));
  for (const std::string& line : lines) TRY(os::Write(publication.file(), line + "\n"));
  const Publication::Outcome outcome = TRY(publication.Finish());
  const bool as_read = outcome.kept && SameFile(*outcome.kept, before) && outcome.kept->size == before.size &&
                       outcome.kept->mtime_ns == before.mtime_ns;
  // Not removed then: the next export takes it in again.
  if (!as_read) return Ok();
  return os::Unlink(outcome.kept_path);
}

}  // namespace

Result<SyncBody> SyncResolve(Session& session, const SyncArgs& args) {
  SyncBody body;
  const std::string& path = session.workspace().shared_file;
  if (TRY(CountConflicts(path)) == 0) {
    body.lines = {"No conflicts to resolve"};
    return body;
  }
  if (args.value == "manual") {
    return Invalid(Cat(path, " has conflicts"), "edit the file, delete the marker lines, then run 'bd sync'");
  }
  ConflictedFile file;
  {
    const os::FileLock lock =
        TRY(os::FileLock::Acquire(session.workspace().SharedLock(), session.options().lock_timeout_ms));
    const os::Fd opened = TRY(os::OpenRead(path));
    const os::FileInfo before = TRY(os::Stat(opened));
    LineReader reader(opened);
    file = TRY(ReadConflicts(reader));
    if (auto ancestor = TRY(AncestorInGit(session.workspace()))) file.base = std::move(*ancestor);
    const std::vector<std::string> lines =
        TRY(MergeVersions(file.base, file.left, file.right, StrategyOf(args.value)));
    if (args.dry_run) {
      body.lines = {Cat("→ [DRY RUN] Would resolve ", file.conflicts, " conflicts")};
      return body;
    }
    TRY(ReplaceConflicted(path, before, lines));
  }
  TRY(BringTogether(session, false));
  body.lines = {
      Cat("✓ Resolved ", file.conflicts, file.conflicts == 1 ? " conflict in " : " conflicts in ", path),
      "  If git lists the file as unmerged: git add it and go on with the merge"};
  return body;
}

}  // namespace bd
