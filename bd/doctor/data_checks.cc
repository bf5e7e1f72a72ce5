// The database and the shared file. Nothing is taken in, published or mended by looking.
#include "bd/doctor/check.h"
#include "engine/base/text.h"
#include "engine/storage/dirty.h"
#include "engine/storage/store.h"
#include "engine/sync/merge_files.h"

namespace bd {

namespace {

constexpr const char* kData = "Data";
constexpr int64_t kLockTimeoutForLooksMs = 2000;
// Whoever made a change, or the daemon, needs a moment to publish it.
constexpr int64_t kPublishedAfterSeconds = 60;

Status LookInto(Store& store, bool thorough, DataReport& report) {
  Tx tx = TRY(store.BeginRead());
  report.pending = TRY(PendingCount(tx));
  const std::vector<DirtyMark> marks = TRY(DirtyMarks(tx));
  for (const DirtyMark& mark : marks) {
    const std::optional<Time> marked = ParseTime(mark.marked_at);
    if (marked && (!report.pending_since || *marked < *report.pending_since)) report.pending_since = marked;
  }
  if (!thorough) return Ok();
  const std::string found = TRY(QueryText(tx.db(), "PRAGMA quick_check(1)")).value_or("");
  if (found != "ok") report.damage = found.substr(found.rfind('\n') + 1);  // behind a title
  return Ok();
}

// A passing read error looks like damage, and a database may be replaced just now.
bool MayBePassing(const Error& error) {
  return error.code == Code::kCorrupt || error.code == Code::kIo || error.code == Code::kReplaced;
}

}  // namespace

DataReport ReportOnData(const Workspace& workspace, bool thorough) {
  DataReport report;
  for (int attempt = 0; attempt < 2; ++attempt) {
    report = DataReport();
    report.exists = workspace.HasDatabase();
    if (!report.exists) return report;
    Result<Store> store = Store::Open({workspace.database, kLockTimeoutForLooksMs});
    Status looked = store ? LookInto(*store, thorough, report) : Status(store.error());
    if (store) report.read_only = store->trouble();
    if (!looked) report.trouble = looked.error();
    const bool again = looked ? !report.damage.empty() : MayBePassing(looked.error());
    if (!again) break;
  }
  return report;
}

Check CheckDatabase(const Seen& seen) {
  const DataReport& data = seen.data;
  Check check{.name = "Database", .message = "can be read and written", .category = kData};
  if (!data.exists && !seen.workspace.HasSharedFile()) {
    check.status = "error";
    check.message = "there is none, and no shared file to make it from";
    check.fix = "bd init";
  } else if (!data.exists) {
    check.message = "there is none; the next command makes it from the shared file";
  } else if (data.trouble) {
    const Code code = data.trouble->code;
    check.status = code == Code::kDenied || code == Code::kBusy ? "warning" : "error";
    check.message = data.trouble->message;
    check.fix = code == Code::kCorrupt ? seen.workspace.HowToRebuild() : data.trouble->hint;
  } else if (!data.damage.empty()) {
    check.status = "error";
    check.message = "is damaged";
    check.detail = data.damage;
    check.fix = seen.workspace.HowToRebuild();
  } else if (data.read_only) {
    check.status = "warning";
    check.message = Cat("can only be read: ", data.read_only->message);
  }
  return check;
}

Check CheckSharedFile(const Seen& seen) {
  Check check{.name = "Shared File", .message = "no conflict in it", .category = kData};
  const Result<int64_t> conflicts = CountConflicts(seen.workspace.shared_file);
  if (!conflicts) {
    check.status = "warning";
    check.message = conflicts.error().message;
  } else if (*conflicts > 0) {
    check.status = "error";
    check.message = Cat(*conflicts, *conflicts == 1 ? " conflict" : " conflicts", " of a git merge in ",
                        seen.workspace.shared_file);
    check.detail = "nothing is taken from it or written to it; changes are kept in the database";
    check.fix = "bd sync --resolve";
  } else if (!seen.workspace.HasSharedFile()) {
    check.message = "there is none yet";
  }
  return check;
}

Check CheckUnpublished(const Seen& seen) {
  const DataReport& data = seen.data;
  Check check{.name = "Unpublished Changes", .message = "none", .category = kData};
  if (data.trouble) check.message = "not known: the database does not say";
  if (data.pending == 0) return check;
  check.message =
      Cat(data.pending, data.pending == 1 ? " change is" : " changes are", " not in the shared file");
  if (!data.pending_since || seen.now.seconds - data.pending_since->seconds < kPublishedAfterSeconds)
    return check;
  check.status = "warning";
  check.detail = Cat("the oldest since ", FormatTime(*data.pending_since));
  check.fix = "bd sync";
  return check;
}

}  // namespace bd
