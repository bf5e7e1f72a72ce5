// A command's view of a workspace: the store, brought up to date with the shared file, one transaction
// at a time, and what follows a commit.
//
//   read    take in the shared file if it changed (a write step of its own) -> read transaction
//   write   the same -> write transaction under the store lock -> commit -> export
//
// Where the store cannot be written, or must not be (sandbox, read-only), a newer file is merged into
// a private copy in memory and the answer comes from there.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/edit/context.h"
#include "engine/session/config.h"
#include "engine/session/effects.h"
#include "engine/session/workspace.h"
#include "engine/storage/store.h"
#include "engine/sync/publisher.h"

namespace bd {

struct SessionOptions {
  std::string actor;
  bool read_only = false;
  bool auto_export = true;
  bool auto_import = true;
  bool check_freshness = true;    // --allow-stale switches it off
  bool without_database = false;  // the shared file only, in memory
  bool refuses_others = false;    // no change beside somebody else's
  int64_t lock_timeout_ms = kLockTimeoutMs;
  int64_t publish_wait_ms = kLockTimeoutMs;  // when a change is made and safe, for who is writing the file
  bool is_busy = false;                      // see StoreOptions
  bool comes_back = false;  // see PublishOptions; for who must not wait, and calls PublishChanges again
  Progress progress;
};

class Session {
 public:
  // kNotFound: no workspace. A workspace with a shared file but without a database gets one.
  static Result<Session> Open(const Workspace& workspace, const Config& config,
                              const SessionOptions& options);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) = delete;
  ~Session();

  const Workspace& workspace() const { return workspace_; }
  const Config& config() const { return config_; }
  const SessionOptions& options() const { return options_; }
  Store& store() { return *store_; }

  // Takes in a changed shared file. Nothing to report in the usual case.
  Status Refresh(bool for_write);

  // One transaction at a time.
  Status BeginRead();
  Status BeginWrite();
  Status Commit();
  void Rollback();
  Tx& tx();
  EditContext Edit();
  // Something to undo alone: an item of a list that fails leaves the others in place.
  Status Savepoint(std::string_view name = "item");
  Status ReleaseSavepoint(std::string_view name = "item");
  Status RollbackToSavepoint(std::string_view name = "item");

  // After the last commit of a command: exports what is dirty, remembers the touched issue, starts the
  // workspace's own hooks.
  Status AfterCommit();

  // The replaced store is left behind and opened anew.
  Status Reopen();

  Time Now() const { return now_; }
  // For the next AfterCommit.
  void Touch(const std::string& id) { effects_.touched = id; }
  void QueueHook(const std::string& name, const std::string& issue_id) {
    effects_.hooks.push_back({name, issue_id, ""});
  }
  // What Touch and QueueHook noted is not to happen.
  void ForgetEffects() { effects_ = Effects(); }
  // Who serves others performs none of it; with CompleteHooks, after the commit, they can do it themselves.
  Effects TakeEffects();
  Status CompleteHooks(Effects& effects);
  // The part of AfterCommit that brings changes to the shared file.
  Status PublishChanges();
  // Finds changes that were there at the last call already, and are in no file yet: who made them was killed,
  // or did not want to wait. Then there is something unpublished here.
  Status LookForUnpublished();
  // Whether it could not, and is to be asked again.
  bool HasUnpublished() const { return wrote_; }
  // Whether that is for git alone, and may be over in a moment (SessionOptions::comes_back).
  bool AwaitsGit() const;
  // Whoever asks next, in the same transaction or another: a moment later, so that no two changes of one
  // title and actor are the same.
  void ActFor(std::string actor);
  // kNotFound `no issue ID provided and no last touched issue`.
  Result<std::string> LastTouched() const;

  // Lines for people, to be shown on standard error.
  void Note(std::string line) { notes_.push_back(std::move(line)); }
  std::vector<std::string> TakeNotes() { return std::move(notes_); }
  // One item of several failed: its whole line. The others are done, the command fails in the end.
  void Fail(std::string line, const std::string& hint = "");
  // These, and behind them the next step for each kind of failure, once.
  std::vector<std::string> TakeFailures();

  PublishOptions PublishSettings() const;
  void NoteImport(const ImportReport& report);
  void NoteConflict(std::string_view message);

 private:
  int64_t GitWaitLeftMs() const;
  void NoteGit(bool is_busy);
  Session(Workspace workspace, Config config, SessionOptions options);
  Status OpenStore();
  Status OpenWithoutDatabase();
  bool CanReadSharedFile();
  Status TakeInPrivately();
  Status TakeIn(bool for_write);

  Workspace workspace_;
  Config config_;
  SessionOptions options_;
  std::optional<Store> store_;
  std::optional<Tx> tx_;
  Time now_;
  Effects effects_;
  std::vector<std::string> notes_, failures_, failure_hints_;
  bool wrote_ = false;
  std::string left_mark_;          // see LookForUnpublished
  int64_t git_busy_since_ms_ = 0;  // 0: the last publish did not find it at work
};

}  // namespace bd
