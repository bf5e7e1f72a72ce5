#include "sim/kernel/disk.h"

#include <algorithm>

namespace sim {
namespace {

// More than this is not kept back: a kernel commits old transactions by itself.
constexpr size_t kPendingMax = 4096;

void SetEntry(Entries& entries, const EntryChange& change) {
  const auto it = entries.find(change.name);
  if (change.inode == nullptr) {
    if (it != entries.end()) entries.erase(it);
  } else if (it != entries.end()) {
    it->second = change.inode;
  } else {
    entries.emplace(change.name, change.inode);
  }
}

}  // namespace

int64_t Disk::Room(const Content& content, int64_t offset, int64_t count) const {
  // Nearly always all of it fits, whatever is there already.
  if (FreeBlocks() > count / kBlockSize + 2) return count;
  return content.Fitting(offset, count, FreeBlocks());
}

void Disk::Write(Inode& inode, const void* from, int64_t count, int64_t offset) {
  const int64_t blocks = inode.content.blocks();
  const int64_t size = inode.content.size();
  inode.content.Write(from, count, offset);
  used_blocks_ += inode.content.blocks() - blocks;
  if (inode.content.blocks() != blocks || inode.content.size() != size) inode.operation = next_operation();
}

void Disk::Resize(Inode& inode, int64_t size) {
  const int64_t blocks = inode.content.blocks();
  inode.content.Resize(size);
  used_blocks_ += inode.content.blocks() - blocks;
  inode.operation = next_operation();
}

void Disk::Apply(Operation operation) {
  const uint64_t next = next_operation() + 1;
  for (const EntryChange* change : {&operation.first, &operation.second}) {
    if (change->directory == nullptr) continue;
    Entries& entries = change->directory->entries;
    const auto old = entries.find(change->name);
    if (old != entries.end()) old->second->operation = next;
    if (change->inode != nullptr) change->inode->operation = next;
    change->directory->operation = next;
    SetEntry(entries, *change);
  }
  if (!ordered() || !rules_.auto_da_alloc) operation.flushed = nullptr;
  Push(std::move(operation));
}

void Disk::Push(Operation operation) {
  pending_.push_back(std::move(operation));
  if (pending_.size() > kPendingMax) Commit(kPendingMax / 2);
}

void Disk::FlushSoon(const InodeRef& file) {
  if (!ordered() || !rules_.auto_da_alloc) return;
  Operation operation;
  operation.flushed = file;
  operation.flushed_version = file->content.version();
  Push(std::move(operation));
}

void Disk::MakeDurable(const Operation& operation) {
  if (operation.flushed != nullptr) operation.flushed->content.SyncUntil(operation.flushed_version);
  for (const EntryChange* change : {&operation.first, &operation.second}) {
    if (change->directory != nullptr) SetEntry(change->directory->durable_entries, *change);
  }
}

void Disk::Commit(size_t count) {
  count = std::min(count, pending_.size());
  committed_ += count;
  for (; count > 0; --count) {
    MakeDurable(pending_.front());
    pending_.pop_front();
  }
}

void Disk::Happen(const InodeRef& inode, uint64_t version, uint64_t operation) {
  if (inode->kind == InodeKind::kFile) inode->content.SyncUntil(version);
  if (ordered()) {
    if (operation > committed_) Commit(static_cast<size_t>(operation - committed_));
  } else if (inode->is_directory()) {
    CommitDirectory(*inode);
  }
}

void Disk::Sync(const InodeRef& inode) {
  if (rules_.journal == Journal::kLying) {
    claims_.push_back({inode, inode->content.version(), inode->operation});
    if (claims_.size() <= static_cast<size_t>(rules_.lag)) return;
    const Claim claim = claims_.front();
    claims_.pop_front();
    return Happen(claim.inode, claim.version, claim.operation);
  }
  inode->durable_mtime_ns = inode->mtime_ns;
  // Stores through a mapping have no version.
  if (inode->kind == InodeKind::kFile) inode->content.Sync();
  Happen(inode, 0, inode->operation);
}

}  // namespace sim
