// How a session takes in a shared file that changed: into the store, or, where that cannot be written or must
// not be, into a private copy from which it answers.
#include <algorithm>

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/session/session.h"

namespace bd {

namespace {

// How long a read waits for a publisher before it takes in the file beside it.
constexpr int64_t kReaderLockMs = 2'000;

}  // namespace

Status Session::Refresh(bool for_write) {
  const bool from_file = store_->path().empty();  // what there is was read from it just now
  if (options_.without_database || from_file) return Ok();
  if (for_write && !options_.auto_import) return Ok();
  if (!options_.check_freshness) {
    Note("⚠️  Staleness check skipped (--allow-stale), data may be out of sync");
    return Ok();
  }
  {
    Tx tx = TRY(store_->BeginRead());
    if (TRY(IsSharedFileFresh(tx, workspace_.shared_file))) return Ok();
  }
  if (!CanReadSharedFile()) return Ok();
  const bool may_write =
      options_.auto_import && !options_.read_only && store_->access() == Store::Access::kReadWrite;
  if (!may_write) return TakeInPrivately();
  Status taken = TakeIn(for_write);
  // A question is answered although the disk is full.
  if (!taken && !for_write && taken.error().code == Code::kIo) return TakeInPrivately();
  return taken;
}

// What stands in the store is answered and changed also without the file.
bool Session::CanReadSharedFile() {
  Result<os::Fd> file = os::OpenRead(workspace_.shared_file);
  char first;
  Result<size_t> read = file ? os::ReadAt(*file, &first, 1, 0) : Result<size_t>(file.error());
  if (read || read.error().code == Code::kNotFound) return true;
  MARK("session.shared_file_unreadable");
  Note(Cat("Warning: ", workspace_.shared_file, " cannot be read: ", read.error().message,
           "; nothing was taken from it, and nothing is written to it"));
  if (!read.error().hint.empty()) Note(Cat("Hint: ", read.error().hint));
  return false;
}

Status Session::TakeIn(bool for_write) {
  // A publisher that is just at it will have recorded its own file in a moment.
  Result<os::FileLock> quiet = os::FileLock::Acquire(workspace_.SharedLock(), kReaderLockMs);
  Result<Tx> begun = store_->BeginWriteWithin(for_write ? options_.lock_timeout_ms
                                                        : std::min(kReaderLockMs, options_.lock_timeout_ms));
  // A read is not held up by a writer that does not come to its end.
  const bool goes_without =
      !begun && (begun.error().code == Code::kDenied || (begun.error().code == Code::kBusy && !for_write));
  if (goes_without) return TakeInPrivately();
  Tx tx = TRY(std::move(begun));
  if (TRY(IsSharedFileFresh(tx, workspace_.shared_file))) return Ok();
  MARK("session.takes_in");
  TakeInOptions take_in;
  take_in.now = now_;
  take_in.progress = options_.progress;
  Result<ImportReport> report = TakeInSharedFile(tx, workspace_.shared_file, take_in);
  if (!report && report.error().code == Code::kConflict) {
    NoteConflict(report.error().message);
    return Ok();
  }
  if (!report && report.error().code == Code::kInvalid) {
    Note(Cat("Warning: ", workspace_.shared_file, ": ", report.error().message,
             "; nothing was taken from it, and nothing is written to it"));
    return Ok();
  }
  NoteImport(TRY(std::move(report)));
  return store_->Commit(std::move(tx));
}

Status Session::TakeInPrivately() {
  MARK("session.takes_in_privately");
  Store copy = TRY(store_->PrivateCopy());
  {
    Tx tx = TRY(copy.BeginWrite());
    TakeInOptions take_in;
    take_in.now = now_;
    take_in.is_kept = false;
    Result<ImportReport> report = TakeInSharedFile(tx, workspace_.shared_file, take_in);
    if (!report && report.error().code == Code::kConflict) {
      NoteConflict(report.error().message);
      return Ok();
    }
    const ImportReport taken = TRY(std::move(report));
    TRY(copy.Commit(std::move(tx)));
    // Its stamps have changed, its lines have not.
    if (taken.created + taken.updated + taken.kept_newer == 0 && taken.rejected.empty()) return Ok();
  }
  Note(Cat("note: ", workspace_.shared_file,
           " is newer than the database; answering from both, nothing was changed"));
  store_.emplace(std::move(copy));
  return Ok();
}

void Session::NoteImport(const ImportReport& report) {
  for (const std::string& remark : report.Remarks()) Note(Cat(workspace_.shared_file, ": ", remark));
}

void Session::NoteConflict(std::string_view message) {
  Note(Cat("❌ Git merge conflict detected in ", workspace_.shared_file));
  Note(Cat("  ", message,
           ". Nothing was taken from the file and nothing is written to it until this is resolved;"));
  Note("  changes are kept in the database.");
  Note("  To resolve: run 'bd sync --resolve', which merges both sides issue by issue; or keep both sides'");
  Note("  lines, delete the marker lines by hand, and run 'bd sync'.");
}

}  // namespace bd
