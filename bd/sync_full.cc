// `bd sync --full` and `--from-main`: export, commit, and the exchange with git's remote.
//
// What is committed first cannot be lost by a merge, and nothing stands in the merge's way; the merge
// itself works issue by issue (commands/merge.cc) and the outcome is taken in as any other new file.
#include "bd/sync_steps.h"
#include "engine/base/text.h"
#include "engine/os/lock.h"
#include "engine/sync/git_sync.h"
#include "engine/sync/other_version.h"

namespace bd {

namespace {

GitSyncOptions SettingsFor(Session& session, const SyncArgs& args) {
  GitSyncOptions options;
  options.git = *session.workspace().git;
  options.beads_directory = session.workspace().directory;
  options.message = args.message;
  options.author = session.config().Get("git.author");
  options.sign = !session.config().Flag("git.no-gpg-sign");
  return options;
}

Result<os::FileLock> LockSync(Session& session) {
  const std::string path = session.workspace().SyncLock();
  Result<os::FileLock> lock = os::FileLock::Acquire(path, 0);
  if (!lock && lock.error().code == Code::kBusy) {
    return Error{Code::kBusy, Cat("another sync is in progress (lock: ", path, ")"), "", false};
  }
  return lock;
}

// The file of the main branch, for a branch that has no upstream of its own.
Status TakeInMainBranch(Session& session) {
  const Workspace& workspace = session.workspace();
  const std::optional<std::string> file = TRY(FetchMainVersion(*workspace.git, workspace.shared_file));
  if (!file) return Ok();
  TRY(session.BeginWrite());
  Result<ImportReport> report = TakeInOtherVersion(session.tx(), *file, OtherVersion::kOld, session.Now());
  (void)os::Unlink(*file);
  TRY(std::move(report));
  return session.Commit();
}

class FullSync {
 public:
  FullSync(Session& session, const SyncArgs& args)
      : session_(session),
        args_(args),
        options_(SettingsFor(session, args)),
        pushes_(args.push && !session.config().Flag("no-push")) {}

  Result<SyncBody> Run() {
    TRY(CheckNoMergeUnderWay(options_.git));
    if (args_.dry_run) return DryRun();
    const os::FileLock lock = TRY(LockSync(session_));
    TRY(session_.Refresh(true));
    if (TRY(HasUncommittedBeads(options_))) {
      Say("→ Detected uncommitted JSONL changes (possible incomplete sync)");
      Say("→ Re-exporting from database to reconcile state...");
      TRY(ExportNow(session_, false));
      Say("✓ State reconciled");
    }
    Say("→ Exporting pending changes to JSONL...");
    TRY(ExportNow(session_, args_.full_export));
    TRY(Commit());
    if (args_.pull) TRY(Pull());
    if (pushes_) TRY(Push());
    Say("");
    Say("✓ Sync complete");
    return std::move(body_);
  }

 private:
  void Say(std::string line) { body_.lines.push_back(std::move(line)); }

  SyncBody DryRun() {
    Say("→ [DRY RUN] Would export pending changes to JSONL");
    Say("→ [DRY RUN] Would commit changes");
    if (args_.pull) Say("→ [DRY RUN] Would pull from remote");
    if (pushes_) Say("→ [DRY RUN] Would push to remote");
    Say("");
    Say("✓ Dry run complete (no changes made)");
    return std::move(body_);
  }

  Status Commit() {
    const bool committed = TRY(CommitBeads(options_, session_.Now()));
    Say(committed ? "→ Committing changes..." : "→ No changes to commit");
    return Ok();
  }

  Status Pull() {
    if (!TRY(HasRemote(options_.git))) return Ok();
    Say("→ Pulling from remote...");
    if (!TRY(PullUpstream(options_.git))) TRY(TakeInMainBranch(session_));
    Say("→ Importing changes...");
    TRY(session_.Refresh(true));
    // What was newer here goes back into the file.
    TRY(ExportNow(session_, false));
    return TRY(HasUncommittedBeads(options_)) ? Commit() : Ok();
  }

  Status Push() {
    if (!TRY(HasRemote(options_.git))) return Ok();
    Say("→ Pushing to remote...");
    if (!TRY(PushUpstream(options_.git))) Say("  this branch has no upstream: 'git push -u' once sets it");
    return Ok();
  }

  Session& session_;
  const SyncArgs& args_;
  GitSyncOptions options_;
  bool pushes_;
  SyncBody body_;
};

Error NoRepository() {
  return Error{Code::kInvalid, "not in a git repository", "run 'git init', or use 'bd sync' without --full",
               false};
}

}  // namespace

Result<SyncBody> SyncFull(Session& session, const SyncArgs& args) {
  if (!session.workspace().git) return NoRepository();
  if (!session.workspace().redirected_from.empty()) {
    session.Note("note: this workspace is redirected; its own repository commits the file");
    return SyncExport(session, args);
  }
  return FullSync(session, args).Run();
}

Result<SyncBody> SyncFromMain(Session& session, const SyncArgs& args) {
  if (!session.workspace().git) return NoRepository();
  SyncBody body;
  body.lines.push_back("→ Taking in the issues of the main branch...");
  if (!args.dry_run) {
    TRY(session.Refresh(true));
    TRY(TakeInMainBranch(session));
    TRY(ExportNow(session, false));
  }
  body.lines.push_back("✓ Sync from main complete");
  return body;
}

}  // namespace bd
