#include "engine/sync/shared_file.h"

#include <algorithm>
#include <set>

#include "engine/base/hash.h"
#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/jsonl/reader.h"
#include "engine/os/clock.h"
#include "engine/os/path.h"
#include "engine/storage/dirty.h"
#include "engine/storage/issues.h"
#include "engine/storage/settings.h"
#include "engine/sync/merge.h"
#include "engine/sync/other_version.h"
#include "engine/sync/take_in.h"
#include "engine/sync/understood.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

constexpr size_t kLineChangesMax = 512;
constexpr int64_t kProgressEvery = 4096;  // lines

// One pass over the shared file.
class Pass {
 public:
  Pass(Tx& tx, const os::Fd& file, const TakeInOptions& options)
      : tx_(tx), file_(file), options_(options), take_in_(tx, TakeIn::Source::kSharedFile, options.now) {}

  Status Run(const os::FileInfo& info) {
    young_ = IsYoung(info, options_.now);
    known_ = TRY(LineSet::Load(tx_));
    TRY(take_in_.Begin());
    LineReader reader(file_);
    Line line;
    for (;;) {
      if (!TRY(reader.Next(line))) break;
      if (options_.content_hash) AddToHash(line);
      if (line.pieced && !TRY(reader.IsStillThere(line))) {
        MARK("import.torn");
        settled_ = sorted_ = false;
      } else {
        TRY(Take(line));
      }
      if (options_.progress && line.number % kProgressEvery == 0)
        options_.progress(reader.offset(), info.size);
    }
    TRY(MarkMissing());
    TRY(take_in_.Finish());
    return SaveLines();
  }

  ImportReport TakeReport() { return std::move(report_); }
  const std::vector<RejectedLine>& rejected() const { return report_.rejected; }
  std::string HashOfFile() { return hash_.HexDigest(); }
  // As FileRecord::sorted_bytes.
  int64_t SortedBytes() const { return sorted_ ? sorted_end_ : -1; }
  bool settled() const { return settled_; }

 private:
  void AddToHash(const Line& line) {
    hash_.Add(line.text);
    if (line.ended) hash_.Add("\n");
  }

  Status Take(const Line& line) {
    const std::string_view text = WithoutByteOrderMark(line);
    if (text.size() != line.text.size()) sorted_ = false;
    if (Trim(text).empty()) {
      sorted_ = false;
      return Ok();
    }
    ++report_.lines;
    const Hash128 hash = HashLine(line.text);
    lines_.push_back(hash);
    NoteOrder(text, line);
    const bool is_known = known_->See(hash);
    if (is_known && (taken_.empty() || !taken_.contains(LeadingId(text)))) {
      ++report_.unchanged;
      return Ok();
    }
    if (!is_known) come_.push_back(hash);
    return TakeUnknown(text, line);
  }

  // Whether lines come in the order of ids, each beginning with its id.
  void NoteOrder(std::string_view text, const Line& line) {
    const std::string_view id = LeadingId(text);
    const bool in_order = !id.empty() && id > last_id_;
    if (!in_order || !line.ended || !report_.rejected.empty()) sorted_ = false;
    if (in_order) last_id_ = id;
    if (sorted_) sorted_end_ = line.offset + static_cast<int64_t>(line.text.size()) + 1;
  }

  Status TakeUnknown(std::string_view text, const Line& line) {
    if (IsConflictMarker(text)) {
      return Error{Code::kConflict, Cat("Git conflict markers in line ", line.number), "", false};
    }
    Understood understood = Understand(text);
    if (!understood.issue) {
      if (!line.ended && young_) {
        // Cut off: somebody is writing. What comes behind will be seen by the next look.
        MARK("import.cut_off");
        settled_ = false;
        ForgetLast();
        return Ok();
      }
      return Reject(line, text, understood.reason);
    }
    report_.repaired += understood.repaired;
    const bool exchanged = !take_in_.loads_empty_store() && TRY(WasExchanged(understood.issue->id));
    replaced_ += exchanged && TRY(HasKnownLine(understood.issue->id));
    const bool second = exchanged && TRY(HasLineBeside(*understood.issue));
    Result<TakenIn> outcome =
        second ? take_in_.Second(*understood.issue, text) : take_in_.Line(*understood.issue, text);
    if (!outcome && outcome.error().code == Code::kConflict)
      return Reject(line, text, outcome.error().message);
    const TakenIn taken_in = TRY(std::move(outcome));
    if (exchanged && taken_in != TakenIn::kRenumbered) taken_.insert(understood.issue->id);
    report_.Count(taken_in);
    return Ok();
  }

  // A merge of texts leaves an issue's line as it was beside the other side's: this one is then not what came
  // of it. Where this one is about another issue, the line may also come later.
  Result<bool> HasLineBeside(const Issue& issue) {
    if (taken_.contains(issue.id)) return true;
    const std::optional<Issue> present = TRY(FindIssue(tx_, issue.id));
    std::optional<std::string> line = TRY(BaseLine(tx_, issue.id));
    if (!line) line = TRY(ExportLine(tx_, issue.id, IssueLine(*present)));
    const Hash128 hash = HashLine(*line);
    return known_->WasSeen(hash) || (AreDifferentIssues(*present, issue) && TRY(IsInFile(hash)));
  }

  Result<bool> IsInFile(const Hash128& hash) {
    if (all_.empty()) {
      LineReader reader(file_);
      Line line;
      while (TRY(reader.Next(line))) all_.insert(HashLine(line.text));
    }
    return all_.contains(hash);
  }

  void ForgetLast() {
    if (!come_.empty() && come_.back() == lines_.back()) come_.pop_back();
    lines_.pop_back();
  }

  // Its hash stays unknown, so that every pass finds and reports it again.
  Status Reject(const Line& line, std::string_view text, std::string reason) {
    MARK("import.rejected");
    ForgetLast();
    // A line that was sorted so far ends before this one.
    if (sorted_ && sorted_end_ > line.offset) sorted_end_ = line.offset;
    report_.rejected.push_back({line.number, std::string(text), std::move(reason)});
    return Ok();
  }

  // Whether store and file have ever agreed on the issue.
  Result<bool> WasExchanged(const std::string& id) {
    return TRY(QueryInt(tx_.db(),
                        "SELECT EXISTS (SELECT 1 FROM issues WHERE id = ?1) AND NOT EXISTS (SELECT 1 FROM "
                        "dirty_issues d WHERE d.issue_id = ?1 AND NOT EXISTS (SELECT 1 FROM bd_base b WHERE "
                        "b.issue_id = ?1))",
                        id)) != 0;
  }

  // Whether the file is sure to have had a line of this issue when it was read last. One with pending
  // changes may have been missing from it: if its line comes back, it takes no other line's place.
  Result<bool> HasKnownLine(const std::string& id) {
    return TRY(QueryInt(tx_.db(),
                        "SELECT EXISTS (SELECT 1 FROM issues WHERE id = ?1) AND "
                        "NOT EXISTS (SELECT 1 FROM dirty_issues WHERE issue_id = ?1)",
                        id)) != 0;
  }

  // Known lines that are gone without a new version of their issue: their issues are missing from the
  // file. That is no deletion; they will be exported again.
  Status MarkMissing() {
    if (known_->unseen() <= static_cast<size_t>(replaced_) || !settled_) return Ok();
    std::set<std::string> present;
    LineReader reader(file_);
    Line line;
    while (TRY(reader.Next(line))) {
      const std::string_view text = WithoutByteOrderMark(line);
      if (IsRejected(line)) continue;
      std::string_view id = LeadingId(text);
      if (!id.empty()) {
        present.emplace(id);
      } else if (Understood understood = Understand(text); understood.issue) {
        present.insert(understood.issue->id);
      }
    }
    for (const std::string& id : TRY(QueryTexts(tx_.db(), "SELECT id FROM issues"))) {
      if (present.contains(id)) continue;
      const std::optional<Issue> issue = TRY(FindIssue(tx_, id, {}));
      if (!TRY(IsExported(tx_, *issue))) continue;
      MARK("import.missing");
      ++report_.missing;
      TRY(MarkDirty(tx_, id, options_.now));
    }
    return Ok();
  }

  // Such a line may name an issue and yet not have it.
  bool IsRejected(const Line& line) const {
    return std::ranges::binary_search(report_.rejected, line.number, {}, &RejectedLine::number);
  }

  // Until the file is settled, what has not been seen in it may still come: a look that forgot it could never
  // tell that it is missing.
  Status SaveLines() {
    std::vector<Hash128> gone = known_->Unseen();
    if (!settled_) lines_.insert(lines_.end(), gone.begin(), gone.end());
    if (!settled_) gone.clear();
    if (gone.empty() && come_.empty()) return Ok();
    if (gone.size() + come_.size() > kLineChangesMax) return ReplaceLineSet(tx_, lines_);
    return ChangeLineSet(tx_, gone, come_);
  }

  Tx& tx_;
  const os::Fd& file_;
  const TakeInOptions& options_;
  TakeIn take_in_;
  std::optional<LineSet> known_;
  ImportReport report_;
  Sha256 hash_;
  std::vector<Hash128> lines_, come_;
  std::set<Hash128> all_;  // of all lines, once it was asked for
  std::string last_id_;
  std::set<std::string, std::less<>> taken_;  // issues of which a changed line was taken in
  bool young_ = false, settled_ = true, sorted_ = true;
  int64_t sorted_end_ = 0;
  int64_t replaced_ = 0;
};

bool KeptIsFresh(const FileRecord& record) {
  if (record.kept.name.empty()) return true;
  Result<os::FileInfo> now = os::Stat(os::JoinPath(os::DirectoryOf(record.path), record.kept.name));
  if (!now) return true;  // somebody removed it
  return now->inode == record.kept.inode && now->size == record.kept.size &&
         now->mtime_ns == record.kept.mtime_ns;
}

Status TakeInKept(Tx& tx, FileRecord& record, const Time& now, ImportReport& report) {
  if (KeptIsFresh(record)) return Ok();
  MARK("import.kept_grew");
  const std::string path = os::JoinPath(os::DirectoryOf(record.path), record.kept.name);
  Result<os::FileInfo> info = os::Stat(path);
  if (!info) return Ok();
  const ImportReport more = TRY(TakeInOtherVersion(tx, path, OtherVersion::kOld, now));
  report.created += more.created;
  report.updated += more.updated;
  report.merged += more.merged;
  record.kept.size = info->size;
  record.kept.mtime_ns = info->mtime_ns;
  return Ok();
}

// What other programs look at to see whether the file is newer than the database.
Status WriteReferenceMetadata(Tx& tx, const TakeInOptions& options, const std::string& hash) {
  if (!options.content_hash) {
    // A hash that no longer holds is worse than none.
    TRY(UnsetMetadata(tx, "jsonl_content_hash"));
    TRY(UnsetMetadata(tx, "jsonl_file_hash"));
  } else {
    TRY(SetMetadata(tx, "jsonl_content_hash", hash));
    TRY(SetMetadata(tx, "jsonl_file_hash", hash));
  }
  return SetMetadata(tx, "last_import_time", FormatTime(options.now));
}

}  // namespace

bool IsYoung(const os::FileInfo& info, const Time& now) {
  const int64_t age = now.UnixNanos() - info.mtime_ns;
  return age < kYoungNanos && age > -kYoungNanos;
}

FileRecord RecordOf(const std::string& path, const os::FileInfo& info, const Time& now) {
  FileRecord record;
  record.path = path;
  record.device = info.device;
  record.inode = info.inode;
  record.size = info.size;
  record.mtime_ns = info.mtime_ns;
  record.ctime_ns = info.ctime_ns;
  // A stamp of whole seconds comes from a file system that knows no finer ones.
  const bool fine = info.mtime_ns % kNanosPerSecond != 0;
  const int64_t grain = fine ? 50'000'000 : kYoungNanos;
  record.trusted = now.UnixNanos() - std::max(info.mtime_ns, info.ctime_ns) > grain;
  return record;
}

Result<bool> IsSharedFileFresh(Tx& tx, const std::string& path) {
  Result<os::FileInfo> info = os::Stat(path);
  if (!info && info.error().code == Code::kNotFound) return true;
  const os::FileInfo now = TRY(std::move(info));
  const std::optional<FileRecord> record = TRY(LoadFileRecord(tx));
  return record && record->Matches(path, now) && KeptIsFresh(*record);
}

Result<ImportReport> TakeInSharedFile(Tx& tx, const std::string& path, const TakeInOptions& options) {
  const os::Fd file = TRY(os::OpenRead(path));
  const os::FileInfo before = TRY(os::Stat(file));
  std::optional<FileRecord> old = TRY(LoadFileRecord(tx));
  ImportReport report;
  if (old) TRY(TakeInKept(tx, *old, options.now, report));
  if (old && old->Matches(path, before) && !options.content_hash) {
    TRY(SaveFileRecord(tx, *old));
    return report;
  }
  // Where it cannot be synced, there is nothing better to do than to go on.
  if (options.is_kept) (void)os::Sync(file);
  Pass pass(tx, file, options);
  TRY(pass.Run(before));
  const os::FileInfo after = TRY(os::Stat(file));
  FileRecord record = RecordOf(path, before, options.now);
  const bool same = after.size == before.size && after.mtime_ns == before.mtime_ns;
  record.trusted = record.trusted && same && pass.settled();
  record.sorted_bytes = pass.SortedBytes();
  // A file that was written meanwhile is read anew by whoever comes next; where two versions met in this
  // reading, there may be a line that was in neither, and nobody is to keep it.
  if (same) TRY(SetRejectedLines(tx, pass.rejected()));
  if (old) record.kept = old->kept;
  TRY(SaveFileRecord(tx, record));
  TRY(WriteReferenceMetadata(tx, options, pass.HashOfFile()));
  ImportReport result = pass.TakeReport();
  result.created += report.created;
  result.updated += report.updated;
  result.merged += report.merged;
  return result;
}

}  // namespace bd
