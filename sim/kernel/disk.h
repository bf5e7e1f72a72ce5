// One disk with one file system: its directory entries as they are seen and as they survive a loss of
// power, its room, and its profile.
//
// A change of names (create, link, unlink, rename, exchange, mkdir, rmdir) is one Operation: atomic, as in a
// journal. Operations are pending until a sync makes them durable:
//   ext4   fsync of any file or directory commits the journal: everything before it is durable. A rename over
//          an existing name, and a truncation to 0 followed by close, flush the new content first
//          (auto_da_alloc), later than the call.
//   posix  only what was asked for: fsync of a directory makes its own pending operations durable; fsync of
//          a file makes its bytes durable and says nothing of its name. At a loss of power any subset of
//          the other pending operations is kept, later ones on one name only with the earlier ones on it.
//   lying  as ext4, but fsync and fdatasync of files answer 0 at once and nothing is durable before `lag` later
//          syncs were asked for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/kernel/random.h"

namespace sim {

struct Inode;
using InodeRef = std::shared_ptr<Inode>;

enum class Journal { kExt4, kPosix, kLying };

struct DiskRules {
  Journal journal = Journal::kExt4;
  bool torn_sectors = false;      // a sector of 512 bytes may be half written
  int64_t capacity = 1 << 30;     // bytes; ENOSPC beyond
  int64_t mtime_step_ns = 4'000'000;  // times of files are multiples of it (Linux: one tick)
  uint64_t type = 0xEF53;         // what statfs says
  bool exchange = true;           // renameat2 with RENAME_EXCHANGE; EINVAL otherwise
  bool hard_links = true;         // EPERM otherwise
  bool directory_sync = true;     // fsync of a directory; EINVAL otherwise
  bool copy_range = true;         // copy_file_range; EXDEV otherwise
  bool read_only = false;         // EROFS for every change
};

}  // namespace sim
