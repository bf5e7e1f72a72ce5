#include "sim/kernel/content.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace sim {
namespace {

// More than this is not kept back: a kernel writes old pages by itself.
constexpr int64_t kPendingBytesMax = int64_t{16} << 20;
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
  capacity_ = std::max({size, capacity_ * 2, int64_t{1024}});
  bytes_ = static_cast<char*>(realloc(bytes_, static_cast<size_t>(capacity_)));
  if (bytes_ == nullptr) abort();
}

void Content::Shrink(int64_t size) {
  // Who has it mapped sees what is behind the end.
  if (mapped_) memset(bytes_ + size, 0, static_cast<size_t>(size_ - size));
  const auto blocks = static_cast<size_t>(BlocksOf(size));
  for (size_t i = blocks; i < has_block_.size(); ++i) block_count_ -= has_block_[i] ? 1 : 0;
  if (blocks < has_block_.size()) has_block_.resize(blocks);
  size_ = size;
}

void Content::Grow(int64_t size) {
  Reserve(size);
  if (!mapped_) memset(bytes_ + size_, 0, static_cast<size_t>(size - size_));
  size_ = size;
}

void Content::Log(Change change, std::string_view bytes) {
  change.at = log_.size();
  pending_.push_back(change);
  pending_bytes_ += change.length;
  log_.append(bytes);
  if (pending_bytes_ > kPendingBytesMax || pending_.size() > kPendingChangesMax) {
    SyncUntil(synced_ + pending_.size() / 2);
  }
}

// How many bytes stood where the change is.
int64_t Content::Replaced(const Change& change) {
  const int64_t there = std::max(int64_t{0}, change.before - change.offset);
  return change.kind == Change::Kind::kWrite ? std::min(there, change.length) : there;
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
  Change change{Change::Kind::kWrite, offset, count, size_, 0};
  const int64_t end = offset + count;
  if (end > size_) {
    Log({Change::Kind::kResize, end, 0, size_, 0}, {});
    Reserve(end);
    if (offset > size_) Grow(offset);
    size_ = end;
  }
  const std::string_view written(static_cast<const char*>(from), static_cast<size_t>(count));
  Log(change, split_ ? written
                     : visible().substr(static_cast<size_t>(offset), static_cast<size_t>(Replaced(change))));
  memcpy(bytes_ + offset, from, static_cast<size_t>(count));
  const auto first = static_cast<size_t>(offset / kBlockSize);
  const auto blocks = static_cast<size_t>(BlocksOf(end));
  if (has_block_.size() < blocks) has_block_.resize(blocks);
  for (size_t i = first; i < blocks; ++i) {
    if (has_block_[i]) continue;
    has_block_[i] = true;
    ++block_count_;
  }
}

void Content::Resize(int64_t size) {
  if (size == size_) return;
  const Change change{Change::Kind::kResize, size, 0, size_, 0};
  if (size > size_) {
    Log(change, {});
    return Grow(size);
  }
  Log(change, split_ ? std::string_view() : visible().substr(static_cast<size_t>(size)));
  Shrink(size);
}

// From the visible bytes back to the durable ones, change by change; on the way what each of them wrote.
void Content::SplitDurable() {
  if (split_) return;
  split_ = true;
  durable_ = visible();
  std::string written(static_cast<size_t>(pending_bytes_), 0);
  size_t at = written.size();
  for (auto change = pending_.rbegin(); change != pending_.rend(); ++change) {
    const auto offset = static_cast<size_t>(change->offset), length = static_cast<size_t>(change->length);
    const auto replaced = static_cast<size_t>(Replaced(*change));
    if (change->kind == Change::Kind::kResize) {
      durable_.resize(static_cast<size_t>(change->before));
    } else {
      at -= length;
      memcpy(written.data() + at, durable_.data() + offset, length);
      memset(durable_.data() + offset + replaced, 0, length - replaced);
    }
    if (replaced > 0) memcpy(durable_.data() + offset, log_.data() + change->at, replaced);
    change->at = at;
  }
  log_ = std::move(written);
}

char* Content::Map(int64_t offset, int64_t length) {
  if (offset + length > kMapMax || size_ > kMapMax) return nullptr;
  if (!mapped_) {
    SplitDurable();
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
  if (split_) {
    for (const Change& change : pending_) ApplyToDurable(change);
  }
  if (mapped_) durable_.assign(bytes_, static_cast<size_t>(size_));
  ForgetPending();
  if (log_.capacity() > kIdleLogMax) log_.shrink_to_fit();
}

void Content::SyncUntil(uint64_t version) {
  if (version <= synced_) return;
  const auto count = static_cast<size_t>(std::min<uint64_t>(version - synced_, pending_.size()));
  if (count == pending_.size()) return Sync();
  for (size_t i = 0; i < count; ++i) {
    if (split_) ApplyToDurable(pending_[i]);
    pending_bytes_ -= pending_[i].length;
  }
  const size_t gone = pending_[count].at;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(count));
  log_.erase(0, gone);
  for (Change& change : pending_) change.at -= gone;
  synced_ += count;
}

void Content::FailSync() {
  if (!pending_.empty()) SplitDurable();
  ForgetPending();
}

void Content::ForgetPending() {
  synced_ += pending_.size();
  pending_.clear();
  pending_bytes_ = 0;
  log_.clear();
}

// Visible becomes durable, whatever it was.
void Content::ShowDurable() {
  const auto size = static_cast<int64_t>(durable_.size());
  if (size < size_) Shrink(size);
  Reserve(size);
  size_ = size;
  if (size_ > 0) memcpy(bytes_, durable_.data(), durable_.size());
  block_count_ = BlocksOf(size_);
  has_block_.assign(static_cast<size_t>(block_count_), true);
  if (mapped_) return;
  split_ = false;
  durable_ = {};
}

}  // namespace sim
