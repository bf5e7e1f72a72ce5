#include "sim/kernel/content.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace sim {
namespace {

// More than this is not kept back: a kernel writes old pages by itself.
constexpr size_t kPendingBytesMax = size_t{16} << 20;
constexpr size_t kPendingChangesMax = 1 << 16;
// A log that grew beyond this gives its memory back when it is empty.
constexpr size_t kIdleLogMax = 256 << 10;

int64_t BlocksOf(int64_t size) { return (size + kBlockSize - 1) / kBlockSize; }

}  // namespace

Content::~Content() {
  if (mapped_) {
    munmap(bytes_, kMapMax);
  } else {
    free(bytes_);
  }
}

void Content::Reserve(int64_t size) {
  if (size <= capacity_) return;
  const int64_t capacity = std::max({size, capacity_ * 2, int64_t{1024}});
  // Only what is new must be cleared: large blocks come from the system as zeros.
  char* bytes = static_cast<char*>(calloc(1, static_cast<size_t>(capacity)));
  if (bytes == nullptr) abort();
  if (size_ > 0) memcpy(bytes, bytes_, static_cast<size_t>(size_));
  free(bytes_);
  bytes_ = bytes;
  capacity_ = capacity;
}

void Content::SetSize(int64_t size) {
  Reserve(size);
  if (size < size_) {
    memset(bytes_ + size, 0, static_cast<size_t>(size_ - size));
    const auto blocks = static_cast<size_t>(BlocksOf(size));
    for (size_t i = blocks; i < has_block_.size(); ++i) block_count_ -= has_block_[i] ? 1 : 0;
    if (blocks < has_block_.size()) has_block_.resize(blocks);
  }
  size_ = size;
}

void Content::Log(Change::Kind kind, int64_t offset, std::string_view bytes) {
  pending_.push_back({kind, offset, static_cast<int64_t>(bytes.size()), log_.size()});
  log_.append(bytes);
  if (log_.size() > kPendingBytesMax || pending_.size() > kPendingChangesMax) {
    SyncUntil(synced_ + pending_.size() / 2);
  }
}

int64_t Content::Fitting(int64_t offset, int64_t count, int64_t room) const {
  const int64_t last = (offset + count - 1) / kBlockSize;
  for (int64_t block = offset / kBlockSize; block <= last; ++block) {
    const auto at = static_cast<size_t>(block);
    if (at < has_block_.size() && has_block_[at]) continue;
    if (--room < 0) return std::max(int64_t{0}, block * kBlockSize - offset);
  }
  return count;
}

int64_t Content::Read(void* to, int64_t count, int64_t offset) const {
  if (offset >= size_) return 0;
  count = std::min(count, size_ - offset);
  if (count > 0) memcpy(to, bytes_ + offset, static_cast<size_t>(count));
  return count;
}

void Content::Write(const void* from, int64_t count, int64_t offset) {
  if (count <= 0) return;
  if (offset + count > size_) Resize(offset + count);
  memcpy(bytes_ + offset, from, static_cast<size_t>(count));
  const auto first = static_cast<size_t>(offset / kBlockSize);
  const auto end = static_cast<size_t>(BlocksOf(offset + count));
  if (has_block_.size() < end) has_block_.resize(end);
  for (size_t i = first; i < end; ++i) {
    if (has_block_[i]) continue;
    has_block_[i] = true;
    ++block_count_;
  }
  Log(Change::Kind::kWrite, offset, {static_cast<const char*>(from), static_cast<size_t>(count)});
}

void Content::Resize(int64_t size) {
  if (size == size_) return;
  SetSize(size);
  Log(Change::Kind::kResize, size, {});
}

char* Content::Map(int64_t offset, int64_t length) {
  if (offset + length > kMapMax || size_ > kMapMax) return nullptr;
  if (!mapped_) {
    void* reserve =
        mmap(nullptr, kMapMax, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (reserve == MAP_FAILED) return nullptr;
    if (size_ > 0) memcpy(reserve, bytes_, static_cast<size_t>(size_));
    free(bytes_);
    bytes_ = static_cast<char*>(reserve);
    capacity_ = kMapMax;
    mapped_ = true;
  }
  return bytes_ + offset;
}

void Content::ApplyToDurable(const Change& change) {
  if (change.kind == Change::Kind::kResize) {
    durable_.resize(static_cast<size_t>(change.offset));
    return;
  }
  // A change before it that grew the file may have been forgotten by a failed sync.
  const size_t end = static_cast<size_t>(change.offset + change.length);
  if (durable_.size() < end) durable_.resize(end);
  memcpy(durable_.data() + change.offset, log_.data() + change.at, static_cast<size_t>(change.length));
}

void Content::Sync() {
  for (const Change& change : pending_) ApplyToDurable(change);
  if (mapped_) durable_.assign(bytes_, static_cast<size_t>(size_));
  synced_ += pending_.size();
  pending_.clear();
  log_.clear();
  if (log_.capacity() > kIdleLogMax) log_.shrink_to_fit();
}

void Content::SyncUntil(uint64_t version) {
  if (version <= synced_) return;
  const auto count = static_cast<size_t>(std::min<uint64_t>(version - synced_, pending_.size()));
  if (count == pending_.size()) return Sync();
  for (size_t i = 0; i < count; ++i) ApplyToDurable(pending_[i]);
  const size_t gone = pending_[count].at;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(count));
  log_.erase(0, gone);
  for (Change& change : pending_) change.at -= gone;
  synced_ += count;
}

void Content::ForgetPending() {
  synced_ += pending_.size();
  pending_.clear();
  log_.clear();
}

// Visible becomes durable, whatever it was.
void Content::ShowDurable() {
  SetSize(durable_size());
  if (size_ > 0) memcpy(bytes_, durable_.data(), durable_.size());
  block_count_ = BlocksOf(size_);
  has_block_.assign(static_cast<size_t>(block_count_), true);
}

}  // namespace sim
