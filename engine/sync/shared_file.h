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
#include "engine/sync/import_report.h"

namespace bd {

// Called now and then with bytes done and in all.
using Progress = std::function<void(int64_t done, int64_t total)>;

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

// Stamps of a file as a record; `trusted` if a later write is bound to change them.
FileRecord RecordOf(const std::string& path, const os::FileInfo& info, const Time& now);

// Written so recently that somebody may still be at it (a stamp in the future says nothing).
constexpr int64_t kYoungNanos = 2 * 1'000'000'000LL;
bool IsYoung(const os::FileInfo& info, const Time& now);

}  // namespace bd
