// From the store to the shared file: everything that is dirty, in one new version of the file.
//
// Whoever gets .jsonl.lock publishes all that is committed by then; who comes later and finds nothing
// dirty is done. The dirty rows of the changes themselves are the intent, so a crash anywhere is healed
// by the next command:
//   before the exchange   the temporary is left behind; it is taken in again and removed
//   after the exchange    rows are still dirty, the file differs from the record: its lines are found
//                         to say what the store says, and the rows become clean
//
//   lock -> [take in, if the file is not the one on record] -> wait while git writes -> read what is
//   dirty (one snapshot) -> write the new version: unchanged ranges are copied in the kernel ->
//   Publication::Finish -> compare what came out -> mark clean what was exported (lazily)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/store.h"
#include "engine/sync/shared_file.h"

namespace bd {

// Git checks a file out in much less.
constexpr int64_t kGitWaitMs = 2'000;

struct PublishOptions {
  std::string path;         // real path of the shared file
  std::string lock_path;    // .beads/.jsonl.lock
  std::string git_dir;      // of the work tree; empty: none
  bool inside_git = false;  // git itself runs us (a hook) and holds its own lock: not to be waited for
  int64_t lock_timeout_ms = kLockTimeoutMs;
  int64_t git_wait_ms = kGitWaitMs;
  bool comes_back =
      false;          // finds git at work: waits for nothing (kGitIsBusy), and has less to wait next time
  bool full = false;  // write every line anew, not only what changed
  Progress progress;
};

struct PublishReport {
  enum class Outcome {
    kNothingToDo,
    kPublished,
    kGitIsBusy,   // rows stay dirty, the next command tries again
    kConflicted,  // the file has conflict markers: it is not touched until they are resolved
    kLocked,      // another process holds .jsonl.lock for longer than the time-out
  };
  Outcome outcome = Outcome::kNothingToDo;
  int64_t exported = 0;  // issues that were dirty and are in the file now
  ImportReport taken_in;
};

Result<PublishReport> Publish(Store& store, const PublishOptions& options);

// A git that crashed leaves its lock; after this long it no longer counts.
constexpr int64_t kAbandonedLockNanos = 600 * 1'000'000'000LL;

}  // namespace bd
