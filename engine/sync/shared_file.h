// The file that travels in git, and the store: bringing them together in both directions.
//
// Reading: the file's stamps are compared with the record of the last exchange; only if they differ is
// it read, and only lines whose hash is unknown are looked at. Writing: see sync/publisher.h.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/files.h"
#include "engine/storage/exchange.h"
#include "engine/storage/store.h"

namespace bd {

// Called now and then with bytes done and in all.
using Progress = std::function<void(int64_t done, int64_t total)>;

struct ImportReport {
  int64_t lines = 0;
  int64_t created = 0, updated = 0, unchanged = 0;
  int64_t merged = 0;      // both sides had changed
  int64_t kept_newer = 0;  // the store's version was the later one
  int64_t renumbered = 0;  // two issues under one id
  int64_t missing = 0;     // in the store and exchanged before, but no longer in the file
  int64_t repaired = 0;    // lines with bytes that are no UTF-8
  std::vector<RejectedLine> rejected;
  // What a reader may want to know, a line each; empty if nothing was odd.
  std::vector<std::string> Remarks() const;
};

// Whether the file (and the one that the last exchange took out) is as it was when store and file last
// met. A missing file is: there is nothing to take in.
Result<bool> IsSharedFileFresh(Tx& tx, const std::string& path);

struct TakeInOptions {
  Time now;
  bool content_hash = false;  // also note the file's SHA-256 for other programs
  // The record of the file will outlive a loss of power, so the file must: git and editors sync nothing, and
  // bytes that are gone leave size and times as they were.
  bool is_kept = true;
  Progress progress;
};

// Takes in what is new in the file, and in the kept one, in a write transaction of the caller.
// kConflict: the file has conflict markers (line number in the text); nothing may be committed then.
Result<ImportReport> TakeInSharedFile(Tx& tx, const std::string& path, const TakeInOptions& options);

// Takes in the lines of any other version of the file. Lines that are cut off are passed over.
enum class OtherVersion {
  kSibling,  // made from the version on record: what an exchange brought out just now
  kOld,      // made from that version or an earlier one: what a crash left behind, what was kept and grew
};
Result<ImportReport> TakeInOtherVersion(Tx& tx, const os::Fd& file, OtherVersion kind, const Time& now);
Result<ImportReport> TakeInOtherVersion(Tx& tx, const std::string& path, OtherVersion kind, const Time& now);

// Stamps of a file as a record; `trusted` if a later write is bound to change them.
FileRecord RecordOf(const std::string& path, const os::FileInfo& info, const Time& now);

// Written so recently that somebody may still be at it (a stamp in the future says nothing).
constexpr int64_t kYoungNanos = 2 * 1'000'000'000LL;
bool IsYoung(const os::FileInfo& info, const Time& now);

}  // namespace bd
