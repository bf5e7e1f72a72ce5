// The bytes of a regular file: what everybody sees (the page cache), what is on the disk, and the changes
// between the two in their order.
//
// Nearly every file is one whose pending changes all become durable by a sync. Of such a file there is one
// copy, the visible bytes, and what the pending changes replaced: a sync only forgets that. What is on the
// disk, and what each change wrote, is worked out when somebody must know (SplitDurable): at a loss of power,
// after a sync that failed, and once the file is mapped. From then on there are two copies, until they are
// the same again.
//
// Invariants:
//  1. durable = the bytes after applying all synced changes; visible = durable and the pending ones.
//  2. A change of the size is a change like a write: bytes behind a lost truncation were not written.
//  3. Once mapped, the visible bytes never move.
//  4. Loads and stores through a mapping are seen at once, but are pending only as a whole file: nobody who
//     maps a file here relies on them after a loss of power (the WAL-index is rebuilt).
//  5. A file that grows, grows by zeros.
//
// After a loss of power:
//  6. The size is one that the file had since the last sync: the changes of the size survive up to some
//  point.
//  7. Each sector has a content that it had since the last sync (torn: or a mixture of two neighbours in that
//     row), and zeros behind where a truncation that survived cut the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/random.h"

namespace sim {

// How a file system treats what was not synced (the profiles: sim/kernel/disk.h).
struct DiskRules;

constexpr int64_t kBlockSize = 4096;
constexpr int64_t kSectorSize = 512;
constexpr int64_t kMapMax = int64_t{64} << 20;
constexpr int64_t kFileMax = int64_t{1} << 30;

class Content {
 public:
  Content() = default;
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;
  ~Content();

  int64_t size() const { return size_; }
  int64_t size_max() const { return mapped_ ? kMapMax : kFileMax; }
  std::string_view visible() const { return {bytes_, static_cast<size_t>(size_)}; }
  // At rest: without pending changes.
  std::string_view durable() const { return split_ ? durable_ : visible(); }
  bool dirty() const { return !pending_.empty() || mapped_; }
  // The number of changes that were ever made; SyncUntil takes it.
  uint64_t version() const { return synced_ + pending_.size(); }

  // Blocks that take room on the disk; holes take none.
  int64_t blocks() const { return block_count_; }
  // How many of the `count` bytes from `offset` can be written if only `room` more blocks can be had.
  int64_t Fitting(int64_t offset, int64_t count, int64_t room) const;

  // At most `count` bytes from `offset`; fewer at the end.
  int64_t Read(void* to, int64_t count, int64_t offset) const;
  // The end of the range is at most size_max().
  void Write(const void* from, int64_t count, int64_t offset);
  void Resize(int64_t size);
  // Address of [offset, offset + length) for a shared mapping; stays valid for the life of this object.
  // Null if it is beyond the largest file that can be mapped (64 MiB).
  char* Map(int64_t offset, int64_t length);

  // All pending changes reach the disk.
  void Sync();
  // Those that were made before `version` was current.
  void SyncUntil(uint64_t version);
  // What a failed fsync does on Linux: the pages count as clean, but are not on the disk.
  void FailSync();
  // Visible becomes what survived: each pending change, and each 512-byte sector of it, as the rules let it.
  void LosePower(const DiskRules& rules, Random& random);

 private:
  struct Change {
    enum class Kind { kWrite, kResize } kind;
    int64_t offset = 0;  // kResize: the new size
    int64_t length = 0;  // kWrite
    int64_t before = 0;  // the size of the file
    size_t at = 0;       // where its bytes stand in log_: split, those that it wrote; else, those it replaced
  };
  struct Survival;

  void Reserve(int64_t size);
  void Shrink(int64_t size);
  void Grow(int64_t size);
  void Log(Change change, std::string_view bytes);
  static int64_t Replaced(const Change& change);
  void SplitDurable();
  void ForgetPending();
  void ApplyToDurable(const Change& change);
  void KeepSectors(int64_t offset, std::string_view bytes, Survival& survival);
  void KeepMappedSectors(Survival& survival);
  void ShowDurable();

  char* bytes_ = nullptr;  // capacity_ bytes
  int64_t size_ = 0;
  int64_t capacity_ = 0;
  bool mapped_ = false;
  std::vector<bool> has_block_;  // as far as blocks were ever written
  int64_t block_count_ = 0;
  bool split_ = false;
  std::string durable_;  // split
  std::vector<Change> pending_;
  std::string log_;            // bytes of the pending changes, in their order
  int64_t pending_bytes_ = 0;  // that were written by them
  uint64_t synced_ = 0;
};

}  // namespace sim
