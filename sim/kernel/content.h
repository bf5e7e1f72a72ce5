// The bytes of a regular file: what everybody sees (the page cache), what is on the disk, and the changes
// between the two in their order.
//
// Invariants:
//  1. durable = the bytes after applying all synced changes; visible = durable and the pending ones.
//  2. A change of the size is a change like a write: bytes behind a lost truncation were not written.
//  3. Once mapped, the visible bytes never move.
//  4. Loads and stores through a mapping are seen at once, but are pending only as a whole file: nobody who
//     maps a file here relies on them after a loss of power (the WAL-index is rebuilt).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/random.h"

namespace sim {

// How a file system treats what was not synced (DESIGN of the disk profiles: sim/kernel/disk.h).
struct DiskRules;

class Content {
 public:
  Content() = default;
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;
  ~Content();

  int64_t size() const { return size_; }
  int64_t durable_size() const { return static_cast<int64_t>(durable_.size()); }
  std::string_view visible() const { return {bytes_, static_cast<size_t>(size_)}; }
  std::string_view durable() const { return durable_; }
  bool dirty() const { return !pending_.empty() || mapped_; }

  // At most `count` bytes from `offset`; fewer at the end.
  int64_t Read(void* to, int64_t count, int64_t offset) const;
  void Write(const void* from, int64_t count, int64_t offset);
  void Resize(int64_t size);
  // Address of [offset, offset + length) for a shared mapping; stays valid for the life of this object.
  // Null if it is beyond the largest file that can be mapped (64 MiB).
  char* Map(int64_t offset, int64_t length);

  // All pending changes reach the disk.
  void Sync();
  // What a failed fsync does on Linux: the pages count as clean, but are not on the disk.
  void ForgetPending();
  // Visible becomes what survived: each pending change, and each 512-byte sector of it, as the rules let it.
  void LosePower(const DiskRules& rules, Random& random);

 private:
  struct Change {
    enum class Kind { kWrite, kResize } kind;
    int64_t offset = 0;  // kResize: the new size
    std::string bytes;
  };

  void Reserve(int64_t size);

  char* bytes_ = nullptr;  // capacity_ bytes; zero behind size_
  int64_t size_ = 0;
  int64_t capacity_ = 0;
  bool mapped_ = false;
  std::string durable_;
  std::vector<Change> pending_;
};

}  // namespace sim
