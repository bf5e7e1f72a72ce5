#include "engine/sync/publisher.h"

#include <algorithm>

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/jsonl/publish.h"
#include "engine/jsonl/reader.h"
#include "engine/os/clock.h"
#include "engine/os/lock.h"
#include "engine/os/path.h"
#include "engine/storage/dirty.h"
#include "engine/storage/exchange.h"
#include "engine/storage/issues.h"
#include "engine/storage/settings.h"
#include "engine/sync/new_version.h"
#include "engine/sync/other_version.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

constexpr int kAttemptsMax = 8;
// With more changes every line is written anew, in constant memory.
constexpr size_t kChangesMax = 2'000;
constexpr int64_t kPollMs = 10;
constexpr std::string_view kKeptHasRemoved = "kept_has_removed";

struct Work {
  std::vector<DirtyMark> marks;
  std::vector<std::string> removed;
  // The version that was replaced last has lines of issues that were removed for good. Its name comes back
  // with a loss of power if it goes unsynced, and nothing would tell that they had been removed.
  bool kept_has_removed = false;
  std::optional<FileRecord> record;
  std::vector<std::string> set_aside;  // lines that the file does not have yet
  LineChanges changes;

  // Whether what goes with the older version, or will go with the one that is replaced now, must not come
  // back.
  bool has_fresh_removals() const { return !removed.empty() || kept_has_removed; }
};

// Lines are found by their ids, by halving; a line that does not begin with its id, plainly written, is
// not found, so a file with such a line is written anew as a whole.
bool AreFindable(const LineChanges& changes) {
  return std::all_of(changes.begin(), changes.end(), [](const auto& change) {
    const auto& [id, line] = change;
    return !line || LeadingId(*line) == id;
  });
}

class Publisher {
 public:
  Publisher(Store& store, const PublishOptions& options) : store_(store), options_(options) {}

  Result<PublishReport> Run() {
    {
      Tx tx = TRY(store_.BeginRead());
      newest_mark_ = TRY(NewestMark(tx));
    }
    Result<os::FileLock> lock = os::FileLock::Acquire(options_.lock_path, options_.lock_timeout_ms);
    if (!lock && lock.error().code == Code::kBusy) {
      report_.outcome = PublishReport::Outcome::kLocked;
      return report_;
    }
    if (!lock) return std::move(lock).error();
    for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
      Result<bool> done = Attempt();
      const bool again = !done && done.error().code == Code::kReplaced && !store_.was_replaced();
      if (again && attempt + 1 < kAttemptsMax) {
        MARK("publish.again");
        TRY(DistrustRecord());
        continue;
      }
      if (TRY(std::move(done))) return report_;
    }
    // Somebody replaces the file faster than it can be read: the rows stay dirty.
    report_.outcome = PublishReport::Outcome::kGitIsBusy;
    return report_;
  }

 private:
  // True: finished, with or without a new version. False: the file changed meanwhile, again.
  Result<bool> Attempt() {
    if (TRY(NothingToDo())) return true;
    // One version for all who are committing now, instead of one for each few of them.
    store_.LetWritersPass();
    TRY(TakeInLeftBehind());
    if (!TRY(TakeInChanges())) {
      report_.outcome = PublishReport::Outcome::kConflicted;
      return true;
    }
    if (!WaitForGit()) {
      MARK("publish.git_is_busy");
      report_.outcome = PublishReport::Outcome::kGitIsBusy;
      return true;
    }
    return WriteAndFinish();
  }

  // Whatever its stamps say, the file was not what it is on record as: it is to be read anew.
  Status DistrustRecord() {
    Tx tx = TRY(store_.BeginWrite(Store::Durability::kLazy));
    std::optional<FileRecord> record = TRY(LoadFileRecord(tx));
    if (!record) return Ok();
    record->trusted = false;
    TRY(SaveFileRecord(tx, *record));
    return store_.Commit(std::move(tx));
  }

  // What was marked when we came is done: somebody published it while we waited. Newer marks belong to
  // others, who come after us: were each to publish for the next ones, none would ever publish for many.
  Result<bool> NothingToDo() {
    Tx tx = TRY(store_.BeginRead());
    had_file_ = TRY(LoadFileRecord(tx)).has_value();
    if (options_.full) return false;
    return !TRY(HasMarkUpTo(tx, newest_mark_)) && TRY(RemovedIds(tx)).empty() &&
           TRY(UnwrittenRejectedLines(tx)).empty();
  }

  // False: conflict markers.
  Result<bool> TakeInChanges() {
    {
      Tx tx = TRY(store_.BeginRead());
      if (TRY(IsSharedFileFresh(tx, options_.path))) return true;
    }
    MARK("publish.takes_in_first");
    Tx tx = TRY(store_.BeginWrite());
    TakeInOptions take_in;
    take_in.now = os::Now();
    Result<ImportReport> report = TakeInSharedFile(tx, options_.path, take_in);
    if (!report && report.error().code == Code::kConflict) return false;
    report_.taken_in = TRY(std::move(report));
    TRY(store_.Commit(std::move(tx)));
    return true;
  }

  // Files that a crash left under temporary names: never put in place, or taken out of it.
  // What only we ever saw has nothing that the store lacks.
  Status TakeInLeftBehind() {
    std::string kept;
    {
      Tx tx = TRY(store_.BeginRead());
      if (auto record = TRY(LoadFileRecord(tx))) kept = record->kept.name;
    }
    for (const std::string& path : TRY(LeftBehind(options_.path, kept))) {
      if (WasNeverInPlace(path)) {
        MARK("publish.never_in_place");
        TRY(os::Unlink(path));
        continue;
      }
      MARK("publish.left_behind");
      TRY(TakeInAndRemove(path));
    }
    return Ok();
  }

  Status TakeInAndRemove(const std::string& path) {
    Tx tx = TRY(store_.BeginWrite());
    TRY(TakeInOtherVersion(tx, path, OtherVersion::kOld, os::Now()));
    TRY(store_.Commit(std::move(tx)));
    return os::Unlink(path);
  }

  // Git checks a file out by removing it and writing it anew in place, under its index lock.
  bool WaitForGit() {
    const int64_t deadline = os::MonotonicMs() + options_.git_wait_ms;
    while (GitMayBeWriting() || IsJustMissing()) {
      // A path that stays empty all that time is nobody's work in progress.
      if (os::MonotonicMs() >= deadline) return !GitMayBeWriting();
      if (options_.comes_back) return false;
      os::SleepMs(kPollMs);
    }
    return true;
  }

  bool GitMayBeWriting() {
    const Time now = os::Now();
    if (!options_.git_dir.empty() && !options_.inside_git) {
      Result<os::FileInfo> lock = os::Stat(options_.git_dir + "/index.lock");
      if (lock && now.UnixNanos() - lock->mtime_ns < kAbandonedLockNanos) return true;
    }
    Result<os::FileInfo> file = os::Stat(options_.path);
    return file && IsYoung(*file, now) && !EndsWithLineFeed(*file);
  }

  // The file was there, and its directory has changed a moment ago.
  bool IsJustMissing() {
    if (!had_file_ || os::Exists(options_.path)) return false;
    Result<os::FileInfo> directory = os::Stat(os::DirectoryOf(options_.path));
    return directory && IsYoung(*directory, os::Now());
  }

  bool EndsWithLineFeed(const os::FileInfo& info) {
    if (info.size == 0) return !had_file_;
    Result<os::Fd> file = os::OpenRead(options_.path);
    char last = 0;
    if (!file) return false;
    Result<size_t> got = os::ReadAt(*file, &last, 1, info.size - 1);
    return got && *got == 1 && last == '\n';
  }

  Result<bool> WriteAndFinish() {
    Work work;
    std::optional<os::Fd> before;
    NewVersion version;
    Publication publication = TRY(Publication::Begin(options_.path));
    {
      Tx tx = TRY(store_.BeginRead());
      work = TRY(ReadWork(tx));
      Result<os::Fd> opened = os::OpenRead(options_.path);
      if (!opened && opened.error().code != Code::kNotFound) return std::move(opened).error();
      if (opened) before = std::move(*opened);
      if (before && !TRY(IsOnRecord(work, *before))) return false;
      bool changed_only = before && IsAsRead(work) && work.record->sorted_bytes >= 0 && !options_.full &&
                          work.marks.size() <= kChangesMax && work.set_aside.empty();
      if (changed_only) {
        TRY(ReadLines(tx, work));
        changed_only = AreFindable(work.changes);
      }
      if (changed_only) {
        version = TRY(WriteChangedVersion(*before, *work.record, work.changes, publication.file()));
        // Somebody who wrote in place meanwhile has mixed two versions in our copy.
        if (!TRY(IsOnRecord(work, *before))) {
          MARK("publish.changed_under_copy");
          return false;
        }
      } else {
        MARK("publish.full");
        version = TRY(WriteFullVersion(tx, publication.file(), options_.progress));
      }
    }
    if (GitMayBeWriting()) return false;
    Publication::Outcome outcome = TRY(publication.Finish());
    return Conclude(work, version, publication.file(), outcome);
  }

  Result<Work> ReadWork(Tx& tx) {
    Work work;
    work.marks = TRY(DirtyMarks(tx));
    work.removed = TRY(RemovedIds(tx));
    work.kept_has_removed = TRY(GetMeta(tx, kKeptHasRemoved)).value_or("") == "1";
    work.record = TRY(LoadFileRecord(tx));
    work.set_aside = TRY(UnwrittenRejectedLines(tx));
    return work;
  }

  static bool IsSameVersion(const std::optional<FileRecord>& a, const std::optional<FileRecord>& b) {
    if (!a || !b) return !a && !b;
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->mtime_ns == b->mtime_ns;
  }

  Result<bool> IsOnRecord(const Work& work, const os::Fd& file) {
    const os::FileInfo info = TRY(os::Stat(file));
    if (!work.record) return info.size == 0;
    return work.record->inode == info.inode && work.record->device == info.device &&
           work.record->size == info.size && work.record->mtime_ns == info.mtime_ns;
  }

  // Whether the stamps on record stand for the bytes that were read: within one tick of the file system's
  // clock a file can be written again, and to the same size.
  static bool IsAsRead(const Work& work) { return work.record && work.record->trusted; }

  Status ReadLines(Tx& tx, Work& work) {
    for (const DirtyMark& mark : work.marks) {
      std::optional<Issue> issue = TRY(FindIssue(tx, mark.issue_id));
      if (!issue || !TRY(IsExported(tx, *issue))) continue;
      work.changes[mark.issue_id] = TRY(ExportLine(tx, mark.issue_id, IssueLine(*issue)));
    }
    for (const std::string& id : work.removed) work.changes.try_emplace(id, std::nullopt);
    return Ok();
  }

  // What stood at the path came out; usually it is the file on record.
  Result<bool> Conclude(const Work& work, const NewVersion& version, const os::Fd& published,
                        const Publication::Outcome& outcome) {
    const bool expected = !outcome.kept || (IsAsRead(work) && work.record->inode == outcome.kept->inode &&
                                            work.record->size == outcome.kept->size &&
                                            work.record->mtime_ns == outcome.kept->mtime_ns);
    if (!expected) {
      MARK("publish.unexpected_came_out");
      // What it has of its own becomes dirty; the new version in place will be found to be ours.
      Tx tx = TRY(store_.BeginWrite());
      TRY(TakeInOtherVersion(tx, outcome.kept_file, OtherVersion::kSibling, os::Now()));
      TRY(store_.Commit(std::move(tx)));
    }
    TRY(RemoveOlderKept(work));
    Tx tx = TRY(store_.BeginWrite(Store::Durability::kLazy));
    if (!IsSameVersion(work.record, TRY(LoadFileRecord(tx)))) {
      // What somebody has taken in meanwhile, from a version that ours was not made of, need not be in ours.
      MARK("publish.taken_in_meanwhile");
      TRY(MarkWhatDiffers(tx, published, outcome.published, os::Now()));
      TRY(store_.Commit(std::move(tx)));
      return false;
    }
    report_.exported += TRY(ClearDirty(tx, work.marks));
    for (const std::string& id : work.removed) TRY(ForgetRemoved(tx, id));
    if (work.has_fresh_removals()) {
      TRY(SetMeta(tx, kKeptHasRemoved, work.removed.empty() ? "" : "1"));
    }
    if (version.all) {
      TRY(NoteRejectedLinesWritten(tx, work.set_aside));
      TRY(ReplaceLineSet(tx, *version.all));
    } else {
      TRY(ChangeLineSet(tx, version.gone, version.come));
    }
    TRY(SaveFileRecord(tx, NewRecord(version, outcome)));
    TRY(UnsetMetadata(tx, "jsonl_content_hash"));
    TRY(UnsetMetadata(tx, "jsonl_file_hash"));
    TRY(SetMetadata(tx, "last_import_time", FormatTime(os::Now())));
    TRY(SetMeta(tx, "last_export_time", FormatSeconds(os::Now())));
    TRY(store_.Commit(std::move(tx)));
    report_.outcome = PublishReport::Outcome::kPublished;
    return expected;
  }

  FileRecord NewRecord(const NewVersion& version, const Publication::Outcome& outcome) {
    FileRecord record = RecordOf(options_.path, outcome.published, os::Now());
    record.trusted = true;  // its stamp is unique and in the past: any write in place shows
    record.sorted_bytes = version.sorted_bytes;
    if (outcome.kept && !outcome.kept_path.empty()) {
      record.kept = {os::NameOf(outcome.kept_path), outcome.kept->inode, outcome.kept->size,
                     outcome.kept->mtime_ns};
    }
    return record;
  }

  // One generation is kept. Before the older one goes, it is looked at a last time.
  Status RemoveOlderKept(const Work& work) {
    if (!work.record || work.record->kept.name.empty()) return Ok();
    const KeptFile& kept = work.record->kept;
    const std::string path = os::JoinPath(os::DirectoryOf(options_.path), kept.name);
    Result<os::FileInfo> now = os::Stat(path);
    if (!now) return Ok();
    const bool as_it_was =
        now->inode == kept.inode && now->size == kept.size && now->mtime_ns == kept.mtime_ns;
    if (!as_it_was) return TakeInAndRemove(path);
    TRY(os::Unlink(path));
    // Some file systems sync no directory.
    if (work.has_fresh_removals()) (void)os::SyncDirectory(os::DirectoryOf(path));
    return Ok();
  }

  Store& store_;
  const PublishOptions& options_;
  PublishReport report_;
  std::string newest_mark_;
  bool had_file_ = false;
};

}  // namespace

Result<PublishReport> Publish(Store& store, const PublishOptions& options) {
  return Publisher(store, options).Run();
}

}  // namespace bd
