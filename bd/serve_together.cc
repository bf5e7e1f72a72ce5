#include "bd/serve_together.h"

#include <optional>

#include "engine/base/mark.h"

namespace bd {

namespace {

constexpr int kReopenMax = 3;
constexpr const char* kSavepoint = "part";

struct Outcome {
  std::optional<Error> error;
  Effects effects;
};

// After these the transaction cannot go on; other errors are one part's own.
bool EndsAll(const Error& error) {
  return error.code == Code::kReplaced || error.code == Code::kIo || error.code == Code::kCorrupt;
}

Status RunParts(Session& session, const std::vector<Part*>& parts, std::vector<Outcome>& outcomes) {
  TRY(session.Refresh(true));
  TRY(session.BeginWrite());
  for (size_t i = 0; i < parts.size(); ++i) {
    TRY(session.Savepoint(kSavepoint));
    Status done = parts[i]->Run(session);
    outcomes[i].effects = session.TakeEffects();
    if (done) {
      TRY(session.ReleaseSavepoint(kSavepoint));
      continue;
    }
    if (EndsAll(done.error())) return done;
    TRY(session.RollbackToSavepoint(kSavepoint));
    session.TakeFailures();
    outcomes[i].effects = Effects();
    outcomes[i].error = std::move(done).error();
  }
  return session.Commit();
}

}  // namespace

void ServeTogether(Session& session, const std::vector<Part*>& parts) {
  std::vector<Outcome> outcomes;
  std::optional<Error> failed;
  for (int attempt = 0;; ++attempt) {
    outcomes.assign(parts.size(), {});
    Status done = RunParts(session, parts, outcomes);
    session.Rollback();
    if (done) break;
    session.TakeEffects();
    session.TakeFailures();
    if (done.error().code == Code::kReplaced && attempt < kReopenMax) {
      MARK("group.store_replaced");
      if (session.Reopen()) continue;
    }
    failed = std::move(done).error();
    break;
  }
  // What is worth a word concerns all; one of them is told.
  std::vector<std::string> notes = session.TakeNotes();
  for (size_t i = 0; i < parts.size(); ++i) {
    Outcome& outcome = outcomes[i];
    if (failed) {
      parts[i]->Failed(*failed);
    } else if (outcome.error) {
      parts[i]->Failed(*std::move(outcome.error));
    } else {
      // The change is made: that a hook gets no line is no failure of it.
      (void)session.CompleteHooks(outcome.effects);
      parts[i]->Done(std::move(outcome.effects), std::move(notes));
      notes.clear();
    }
  }
}

}  // namespace bd
