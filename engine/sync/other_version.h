// Versions of the shared file that are not in its place: what an exchange brought out, what a crash left
// under a temporary name, what was kept and grew.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/os/files.h"
#include "engine/storage/store.h"
#include "engine/sync/import_report.h"

namespace bd {

// Takes in the lines of any other version of the file. Lines that are cut off are passed over, others that
// cannot be understood are set aside.
enum class OtherVersion {
  kSibling,  // made from the version on record: what an exchange brought out just now
  kOld,      // made from that version or an earlier one: what a crash left behind, what was kept and grew
};
Result<ImportReport> TakeInOtherVersion(Tx& tx, const os::Fd& file, OtherVersion kind, const Time& now);
Result<ImportReport> TakeInOtherVersion(Tx& tx, const std::string& path, OtherVersion kind, const Time& now);

// For a version that was made from the store alone, which has taken in another one since: what it says
// otherwise than the store is older, whatever the stamps say. It becomes the base of these issues, so that it
// brings nothing in, and they are dirty. Lines that were set aside are written again where it lacks them.
// `stamps`: as it was written. If somebody has written into it since, what it says is his.
Status MarkWhatDiffers(Tx& tx, const os::Fd& own_version, const os::FileInfo& stamps, const Time& now);

}  // namespace bd
