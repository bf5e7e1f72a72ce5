// One disk with one file system: its directory entries as they are seen and as they survive a loss of
// power, its room, and its profile.
//
// A change of names (create, link, unlink, rename, exchange, mkdir, rmdir) is one Operation: atomic, as in a
// journal. Operations are pending until a sync makes them durable:
//   ext4   The journal keeps the order: what survives is a beginning of it. fsync of a file or directory
//          commits it up to the last operation that concerns this inode: its names, its size, and for a
//          directory its entries. A clean file commits nothing, and writing in place is no operation.
//          A rename over an existing name, and a truncation to 0 followed by close, put the new content
//          before an operation of the journal (auto_da_alloc): later than the call, but not after what
//          follows in the journal.
//   posix  Only what was asked for: fsync of a directory makes its own pending operations durable; fsync of
//          a file makes its bytes durable and says nothing of its name. At a loss of power any subset of
//          the other pending operations is kept.
//   lying  As ext4, but a sync answers 0 at once and happens only when `lag` later ones were asked for. A
//          loss of power forgets those that have not happened.
//
// Invariants, in every profile:
//  1. An operation survives as a whole or not at all: both halves of a rename.
//  2. It survives only with the earlier ones on the same name of the same directory. One that moves or
//  removes
//     a directory survives only with everything before it (else two directories could contain each other).
//  3. What is durable stays durable, until a later operation on the same name survives.
//  4. After a loss of power visible = durable, for names, links and bytes.
//  5. A file's bytes and its name are independent, but for auto_da_alloc. Modes, owners and targets are
//  durable
//     at once. A time may be the one of the last sync.
//  6. Nothing is kept back for ever: a long row of pending changes becomes durable from its beginning, as a
//     kernel writes old pages and commits old transactions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/kernel/inode.h"
#include "sim/kernel/random.h"

namespace sim {

enum class Journal { kExt4, kPosix, kLying };

struct DiskRules {
  Journal journal = Journal::kExt4;
  int lag = 8;                        // lying: a sync happens when so many later ones were asked for
  bool auto_da_alloc = true;          // ext4 and lying
  bool torn_sectors = false;          // a sector of 512 bytes may be half written
  int64_t capacity = 1 << 30;         // bytes; ENOSPC beyond
  int64_t mtime_step_ns = 4'000'000;  // times of files are multiples of it (Linux: one tick)
  uint64_t type = 0xEF53;             // what statfs says
  bool exchange = true;               // renameat2 with RENAME_EXCHANGE; EINVAL otherwise
  bool hard_links = true;             // EPERM otherwise
  bool directory_sync = true;         // fsync of a directory; EINVAL otherwise
  bool folds_case = false;            // names differ by more than capital letters (ASCII)
  bool copy_range = true;             // copy_file_range; EXDEV otherwise
  bool locks_lie = false;             // every lock is granted, whoever has it
  bool read_only = false;             // EROFS for every change
};

// A name of a directory becomes this inode; null: there is no such name any more.
struct EntryChange {
  InodeRef directory;
  std::string name;
  InodeRef inode;
};

struct Operation {
  EntryChange first, second;  // second.directory may be null: there is only one
  bool moves_directory = false;
  // When the operation becomes durable, these bytes are or become so.
  InodeRef flushed;
  uint64_t flushed_version = 0;
};

class Disk {
 public:
  explicit Disk(const DiskRules& rules) : rules_(rules) {}
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk() { SyncAll(); }  // or directories that were removed would hold their parents for ever

  DiskRules& rules() { return rules_; }
  const DiskRules& rules() const { return rules_; }

  // --- Room
  int64_t used() const { return used_blocks_ * kBlockSize; }
  int64_t FreeBlocks() const { return rules_.capacity / kBlockSize - used_blocks_; }
  // Of these bytes; may be 0. The caller writes no more.
  int64_t Room(const Content& content, int64_t offset, int64_t count) const;
  void Write(Inode& inode, const void* from, int64_t count, int64_t offset);
  void Resize(Inode& inode, int64_t size);
  // No name and no description has it any more.
  void Released(const Inode& inode) { used_blocks_ -= inode.content.blocks(); }

  // --- Names
  // The change is made, and becomes durable later.
  void Apply(Operation operation);
  // After a truncation to 0 and a close.
  void FlushSoon(const InodeRef& file);
  size_t pending() const { return pending_.size(); }

  // --- Durability
  void Sync(const InodeRef& inode);
  // The pages of the file count as clean, but nothing reached the disk.
  void FailSync(Inode& inode) { inode.content.FailSync(); }
  // Names only; bytes as far as they belong to them.
  void SyncAll() { Commit(pending_.size()); }
  // What is below `root` becomes what survived.
  void LosePower(const InodeRef& root, Random& random);

 private:
  // A sync that was asked for, of a disk that lies.
  struct Claim {
    InodeRef inode;
    uint64_t version, operation;
  };

  bool ordered() const { return rules_.journal != Journal::kPosix; }
  uint64_t next_operation() const { return committed_ + pending_.size(); }
  void Happen(const InodeRef& inode, uint64_t version, uint64_t operation);
  void Push(Operation operation);
  void MakeDurable(const Operation& operation);
  void Commit(size_t count);
  void CommitDirectory(const Inode& directory);
  void KeepSome(Random& random);

  DiskRules rules_;
  int64_t used_blocks_ = 0;
  std::deque<Operation> pending_;
  uint64_t committed_ = 0;  // how many operations came before the pending ones, and are durable or lost
  std::deque<Claim> claims_;
};

}  // namespace sim
