// Which of the pending operations survive: a directory's sync, and a loss of power.
#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/kernel/disk.h"

namespace sim {
namespace {

// The names that an operation is about.
class Names {
 public:
  void Add(const Operation& operation) {
    for (const EntryChange* change : {&operation.first, &operation.second}) {
      if (change->directory != nullptr) names_.emplace_back(change->directory->id, change->name);
    }
  }
  bool Touch(const Operation& operation) const {
    return std::any_of(names_.begin(), names_.end(), [&](const auto& name) {
      return Is(operation.first, name) || Is(operation.second, name);
    });
  }

 private:
  using Name = std::pair<uint64_t, std::string_view>;
  static bool Is(const EntryChange& change, const Name& name) {
    return change.directory != nullptr && change.directory->id == name.first && change.name == name.second;
  }

  std::vector<Name> names_;
};

bool Concerns(const Operation& operation, const Inode& directory) {
  return operation.first.directory.get() == &directory || operation.second.directory.get() == &directory;
}

}  // namespace

// The directory's operations, and the earlier ones that those need (invariant 2 of the header).
void Disk::CommitDirectory(const Inode& directory) {
  std::vector<bool> chosen(pending_.size());
  Names needed;
  bool all = false;
  for (size_t i = pending_.size(); i-- > 0;) {
    const Operation& operation = pending_[i];
    chosen[i] = all || Concerns(operation, directory) || needed.Touch(operation);
    if (!chosen[i]) continue;
    needed.Add(operation);
    all = all || operation.moves_directory;
  }
  std::deque<Operation> rest;
  for (size_t i = 0; i < pending_.size(); ++i) {
    if (chosen[i]) {
      MakeDurable(pending_[i]);
      ++committed_;
    }
  }
  for (size_t i = 0; i < pending_.size(); ++i) {
    if (!chosen[i]) rest.push_back(std::move(pending_[i]));
  }
  pending_ = std::move(rest);
}

void Disk::KeepSome(Random& random) {
  if (ordered()) {
    const size_t count = pending_.size();
    const uint64_t how = random.Below(4);
    Commit(how == 0 ? 0 : how == 1 ? count : static_cast<size_t>(random.Below(count + 1)));
    committed_ += pending_.size();  // those that were lost, too: nobody waits for them any more
    pending_.clear();
    return;
  }
  const uint64_t kept_of_four = random.Below(5);
  Names lost;
  bool any_lost = false;
  for (const Operation& operation : pending_) {
    const bool keeps = random.Below(4) < kept_of_four;
    if (keeps && !lost.Touch(operation) && !(operation.moves_directory && any_lost)) {
      MakeDurable(operation);
    } else {
      lost.Add(operation);
      any_lost = true;
    }
  }
  committed_ += pending_.size();
  pending_.clear();
}

void Disk::LosePower(const InodeRef& root, Random& random) {
  claims_.clear();
  KeepSome(random);
  std::map<uint64_t, Inode*> found;  // in the order of their numbers, for the choices
  std::vector<Inode*> open{root.get()};
  found[root->id] = root.get();
  root->links = 2;
  while (!open.empty()) {
    Inode& directory = *open.back();
    open.pop_back();
    directory.entries = directory.durable_entries;
    for (const auto& [name, inode] : directory.entries) {
      const bool is_new = found.emplace(inode->id, inode.get()).second;
      if (is_new) inode->links = inode->is_directory() ? 1 : 0;
      ++inode->links;
      if (!inode->is_directory()) continue;
      ++directory.links;
      inode->parent = &directory;
      inode->removed_from = nullptr;
      open.push_back(inode.get());
    }
  }
  used_blocks_ = 0;
  for (const auto& [id, inode] : found) {
    inode->locks.Clear();
    inode->opens = 0;
    inode->emptied = false;
    if (inode->kind != InodeKind::kFile) continue;
    const bool was_dirty = inode->content.dirty();
    inode->content.LosePower(rules_, random);
    if (was_dirty && random.OneIn(2)) inode->mtime_ns = inode->durable_mtime_ns;
    used_blocks_ += inode->content.blocks();
  }
}

}  // namespace sim
