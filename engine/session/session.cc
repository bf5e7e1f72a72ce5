#include "engine/session/session.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/session/new_database.h"
#include "engine/storage/dirty.h"
#include "engine/storage/issues.h"
#include "engine/storage/settings.h"
#include "engine/types/issue_json.h"

namespace bd {

Session::Session(Workspace workspace, Config config, SessionOptions options)
    : workspace_(std::move(workspace)),
      config_(std::move(config)),
      options_(std::move(options)),
      now_(os::Now()) {}
Session::Session(Session&&) noexcept = default;
Session::~Session() { Rollback(); }

Result<Session> Session::Open(const Workspace& workspace, const Config& config,
                              const SessionOptions& options) {
  Session session(workspace, config, options);
  if (options.without_database) {
    TRY(session.OpenWithoutDatabase());
  } else {
    TRY(session.OpenStore());
  }
  return session;
}

Status Session::OpenStore() {
  if (!workspace_.HasDatabase()) {
    if (!workspace_.HasSharedFile()) {
      return Error{Code::kNotFound, "no beads database found",
                   Cat("run 'bd init' to make one for ", workspace_.directory), false};
    }
    MARK("session.cold_start");
    NewDatabase request;
    request.lock_timeout_ms = options_.lock_timeout_ms;
    request.progress = options_.progress;
    Result<ImportReport> created = CreateDatabase(workspace_, config_, request);
    if (!created && created.error().code == Code::kDenied) {
      Note(Cat("note: no database can be made (", created.error().message, "); answering from ",
               workspace_.shared_file));
      return OpenWithoutDatabase();
    }
    if (!created && workspace_.HasDatabase()) {
      MARK("session.others_were_first");
    } else if (!created && created.error().code == Code::kConflict) {
      return Error{
          Code::kInvalid, Cat(workspace_.shared_file, ": ", created.error().message),
          "there is no database yet, and none is built from this file: keep both sides' lines, delete "
          "the marker lines, and run the command again",
          false};
    } else {
      NoteImport(TRY(std::move(created)));
    }
  }
  Result<Store> store = Store::Open({workspace_.database, options_.lock_timeout_ms, options_.is_busy});
  if (!store && store.error().code == Code::kDenied && workspace_.HasSharedFile()) {
    MARK("session.answers_from_file");
    Note(Cat("note: the database cannot be read (", store.error().message, "); answering from ",
             workspace_.shared_file));
    return OpenWithoutDatabase();
  }
  if (!store && store.error().code == Code::kCorrupt) {
    store.error().hint = workspace_.HowToRebuild();
  }
  store_.emplace(TRY(std::move(store)));
  return Ok();
}

Status Session::OpenWithoutDatabase() {
  store_.emplace(TRY(Store::InMemory()));
  Tx tx = TRY(store_->BeginWrite());
  TRY(SetConfig(tx, "issue_prefix", ChoosePrefix(workspace_, config_, "")));
  if (workspace_.HasSharedFile()) {
    TakeInOptions take_in;
    take_in.now = now_;
    take_in.is_kept = false;
    take_in.progress = options_.progress;
    NoteImport(TRY(TakeInSharedFile(tx, workspace_.shared_file, take_in)));
  }
  return store_->Commit(std::move(tx));
}

Status Session::Reopen() {
  Rollback();
  store_.reset();
  return OpenStore();
}

// --- Transactions

Status Session::BeginRead() {
  ASSERT(!tx_.has_value());
  tx_.emplace(TRY(store_->BeginRead()));
  return Ok();
}

Status Session::BeginWrite() {
  ASSERT(!tx_.has_value());
  if (store_->access() == Store::Access::kPrivate && !options_.without_database) {
    if (store_->trouble()) return *store_->trouble();
    return Error{Code::kDenied, Cat("the workspace ", workspace_.directory, " cannot be written"),
                 "check the permissions of the directory and its files", false};
  }
  Result<Tx> begun = store_->BeginWrite();
  if (options_.refuses_others && store_->met_others()) {
    return Error{Code::kBusy, "Concurrent access detected. Start daemon: bd daemon start", "", true};
  }
  tx_.emplace(TRY(std::move(begun)));
  // The moment of the change is not before the moment the lock was had.
  now_ = os::Now();
  return Ok();
}

Status Session::Commit() {
  Tx tx = std::move(*tx_);
  tx_.reset();
  if (!tx.writable()) return Ok();
  TRY(store_->Commit(std::move(tx)));
  wrote_ = true;
  return Ok();
}

void Session::Rollback() { tx_.reset(); }

Tx& Session::tx() {
  ASSERT(tx_.has_value());
  return *tx_;
}

EditContext Session::Edit() {
  EditContext context{tx(), options_.actor, now_, {}, 3};
  if (Result<Vocabulary> vocabulary = LoadVocabulary(tx())) context.vocabulary = std::move(*vocabulary);
  auto add = [](std::vector<std::string>& words, const std::string& list) {
    if (words.empty()) words = SplitList(list);
  };
  add(context.vocabulary.custom_types, config_.Get("types.custom"));
  add(context.vocabulary.custom_statuses, config_.Get("status.custom"));
  context.hierarchy_depth_max = ParseInt(config_.Get("hierarchy.max-depth")).value_or(3);
  return context;
}

Status Session::Savepoint(std::string_view name) { return tx().db().Execute(Cat("SAVEPOINT ", name)); }
Status Session::ReleaseSavepoint(std::string_view name) { return tx().db().Execute(Cat("RELEASE ", name)); }
Status Session::RollbackToSavepoint(std::string_view name) {
  tx().marked().clear();
  TRY(tx().db().Execute(Cat("ROLLBACK TO ", name)));
  return ReleaseSavepoint(name);
}

// --- After a commit

PublishOptions Session::PublishSettings() const {
  PublishOptions publish;
  publish.path = workspace_.shared_file;
  publish.lock_path = workspace_.SharedLock();
  if (workspace_.git) publish.git_dir = workspace_.git->git_dir;
  publish.inside_git = os::HasEnv("GIT_INDEX_FILE");
  publish.lock_timeout_ms = options_.lock_timeout_ms;
  publish.progress = options_.progress;
  publish.comes_back = options_.comes_back;
  publish.git_wait_ms = GitWaitLeftMs();
  return publish;
}

int64_t Session::GitWaitLeftMs() const {
  if (git_busy_since_ms_ == 0) return kGitWaitMs;
  return std::max<int64_t>(0, kGitWaitMs - (os::MonotonicMs() - git_busy_since_ms_));
}

bool Session::AwaitsGit() const { return git_busy_since_ms_ != 0 && GitWaitLeftMs() > 0; }

void Session::ActFor(std::string actor) {
  options_.actor = std::move(actor);
  now_ = std::max(os::Now(), now_.Plus(1));
}

Effects Session::TakeEffects() { return std::move(effects_); }

Status Session::CompleteHooks(Effects& effects) {
  for (HookCall& hook : effects.hooks) {
    if (!os::Exists(workspace_.Hook("on_" + hook.name))) continue;
    Tx tx = TRY(store_->BeginRead());
    if (std::optional<Issue> issue = TRY(FindIssue(tx, hook.issue_id))) hook.issue_line = IssueLine(*issue);
  }
  return Ok();
}

Status Session::AfterCommit() {
  Effects effects = TakeEffects();
  if (options_.read_only) effects.touched.clear();
  if (wrote_) {
    TRY(CompleteHooks(effects));
  } else {
    effects.hooks.clear();
  }
  Perform(workspace_, effects);
  return PublishChanges();
}

void Session::NoteGit(bool is_busy) {
  if (!options_.comes_back || !is_busy) {
    git_busy_since_ms_ = 0;
  } else if (git_busy_since_ms_ == 0) {
    git_busy_since_ms_ = os::MonotonicMs();
  }
}

Status Session::LookForUnpublished() {
  if (wrote_ || !options_.auto_export) return Ok();
  Tx tx = TRY(store_->BeginRead());
  wrote_ = !left_mark_.empty() && TRY(HasMarkUpTo(tx, left_mark_));
  left_mark_ = TRY(NewestMark(tx));
  return Ok();
}

void Session::Fail(std::string line, const std::string& hint) {
  failures_.push_back(std::move(line));
  if (hint.empty()) return;
  std::string step = Cat("Hint: ", hint);
  if (std::find(failure_hints_.begin(), failure_hints_.end(), step) == failure_hints_.end())
    failure_hints_.push_back(std::move(step));
}

std::vector<std::string> Session::TakeFailures() {
  std::vector<std::string> lines = std::exchange(failures_, {});
  for (std::string& step : std::exchange(failure_hints_, {})) lines.push_back(std::move(step));
  return lines;
}

Status Session::PublishChanges() {
  if (!wrote_) return Ok();
  wrote_ = false;
  const bool in_file_only = store_->access() == Store::Access::kPrivate;
  if (!options_.auto_export || (in_file_only && !options_.without_database)) return Ok();
  PublishOptions settings = PublishSettings();
  settings.lock_timeout_ms = std::min(settings.lock_timeout_ms, options_.publish_wait_ms);
  Result<PublishReport> report = Publish(*store_, settings);
  NoteGit(report && report->outcome == PublishReport::Outcome::kGitIsBusy);
  if (!report && (store_->was_replaced() || report.error().code == Code::kCorrupt)) {
    MARK("session.store_lost_after_commit");
    return Error{Code::kUnknownOutcome,
                 Cat("the database was replaced or damaged right after the change: ", report.error().message),
                 "look whether the change is there, and make it again if it is not", false};
  }
  if (!report) {
    // The change itself is safe; that it is not in the file yet is worth a word.
    Note(Cat("Warning: the change is saved, but ", workspace_.shared_file,
             " could not be written: ", report.error().message));
    wrote_ = true;
    return Ok();
  }
  NoteImport(report->taken_in);
  wrote_ = report->outcome != PublishReport::Outcome::kPublished &&
           report->outcome != PublishReport::Outcome::kNothingToDo;
  switch (report->outcome) {
    case PublishReport::Outcome::kGitIsBusy:
      Note(Cat("note: a git operation is under way; the next command will write ", workspace_.shared_file));
      break;
    case PublishReport::Outcome::kLocked:
      Note(Cat("note: another process is writing ", workspace_.shared_file,
               "; the change will be in it soon"));
      break;
    case PublishReport::Outcome::kConflicted: NoteConflict("The file has conflict markers"); break;
    case PublishReport::Outcome::kPublished:
    case PublishReport::Outcome::kNothingToDo: break;
  }
  return Ok();
}

Result<std::string> Session::LastTouched() const {
  Result<std::string> text = os::ReadFile(workspace_.LastTouched(), 4096);
  // Only the first line counts: see OverwriteFile.
  const std::string id(text ? Trim(std::string_view(*text).substr(0, text->find('\n'))) : "");
  if (id.empty()) return NotFound("no issue ID provided and no last touched issue");
  return id;
}

}  // namespace bd
