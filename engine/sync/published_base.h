// The base of issues that were changed again while a version of the file with their change before was put in
// place.
//
// Store and file agreed a moment ago on what that version says, so that is their base from now on. With the
// one before, the next look at the file would take the change that was published for somebody else's, and
// undo what was changed since.
#pragma once

#include <vector>

#include "engine/os/files.h"
#include "engine/storage/dirty.h"

namespace bd {

// After `marks` were cleared, in the transaction that did it. `published` is the open file with the stamps
// `stamps`: if somebody has written into it since, its lines are his, and the bases stay.
Status RebaseMarkedAgain(Tx& tx, const std::vector<DirtyMark>& marks, const os::Fd& published,
                         const os::FileInfo& stamps);

}  // namespace bd
