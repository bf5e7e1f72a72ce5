// What a name stands for. A directory owns its entries, a regular file its Content; locks belong to the inode
// and not to a name.
//
// Invariants:
//  1. links = the visible names of it; of a directory: 2 and its directories; 0 once it was removed.
//  2. An inode lives as long as a visible name, a durable name, a pending operation or an open description
//     has it.
//  3. parent is alive: it has this directory as an entry, or removed_from holds it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sim/kernel/content.h"
#include "sim/kernel/locks.h"
#include "sim/kernel/socket.h"

namespace sim {

enum class InodeKind {
  kFile,
  kDirectory,
  kSymlink,
  kRandom,
  kNull,
  kFull,
  kPipe,
  kSocket,
  kSignals,
  kProcess,
  kText
};

struct Inode;
using InodeRef = std::shared_ptr<Inode>;
using Entries = std::map<std::string, InodeRef, std::less<>>;

// One direction of bytes: standard streams.
struct PipeBuffer {
  std::deque<char> bytes;
  int readers = 0, writers = 0;
  int64_t room = 65536;
  bool awaited = false;  // somebody blocks on it
};

struct Inode : std::enable_shared_from_this<Inode> {
  Inode(uint64_t number, InodeKind of_kind, uint32_t permissions)
      : id(number), kind(of_kind), mode(permissions) {
    if (of_kind == InodeKind::kPipe) pipe = std::make_unique<PipeBuffer>();
  }
  Inode(const Inode&) = delete;
  Inode& operator=(const Inode&) = delete;

  bool is_directory() const { return kind == InodeKind::kDirectory; }
  // As stat tells it: a directory is one block, and empty once it was removed.
  int64_t size() const {
    if (is_directory()) return links == 0 ? 0 : kBlockSize;
    return kind == InodeKind::kSymlink ? static_cast<int64_t>(target.size()) : content.size();
  }

  const uint64_t id;  // never given again within a run
  const InodeKind kind;
  uint32_t mode;  // permission bits
  uint32_t uid = 1000, gid = 1000;
  int links = 0;
  int opens = 0;  // open descriptions
  int64_t mtime_ns = 0, ctime_ns = 0, atime_ns = 0;

  Content content;                   // kFile
  Entries entries;                   // kDirectory; without . and ..
  Inode* parent = nullptr;           // kDirectory; of the root: itself
  bool folds_case = false;           // kDirectory, of the root: of the whole tree
  InodeRef removed_from;             // kDirectory that has no name any more
  std::string target;                // kSymlink; of kText what it says
  std::unique_ptr<PipeBuffer> pipe;  // kPipe
  std::shared_ptr<Socket> socket;    // kSocket that a descriptor has
  std::weak_ptr<Socket> bound;       // kSocket that is a name
  uint64_t subject = 0;              // kSignals: a set of signals; kProcess: a pid

  // For sim/kernel/disk.cc.
  Entries durable_entries;       // kDirectory
  int64_t durable_mtime_ns = 0;  // as of the last sync
  uint64_t operation = 0;        // those before this one concern it: its fsync must commit them
  bool emptied = false;          // kFile: truncated to 0 since the last close

  FileLocks locks;
};

}  // namespace sim
