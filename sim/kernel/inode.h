// What a name stands for. A directory owns its entries, a regular file its Content; locks belong to the inode
// and not to a name.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "sim/kernel/content.h"
#include "sim/kernel/locks.h"

namespace sim {

enum class InodeKind { kFile, kDirectory, kSymlink, kRandom, kNull, kFull, kPipe };

struct Inode;
using InodeRef = std::shared_ptr<Inode>;

// One direction of bytes: standard streams.
struct PipeBuffer {
  std::deque<char> bytes;
  int readers = 0, writers = 0;
  int64_t room = 65536;
};

struct Inode {
  Inode(uint64_t number, InodeKind of_kind, uint32_t permissions) : id(number), kind(of_kind), mode(permissions) {}
  Inode(const Inode&) = delete;
  Inode& operator=(const Inode&) = delete;

  const uint64_t id;  // never given again within a run, unless the plan asks for reuse
  const InodeKind kind;
  uint32_t mode;  // permission bits
  uint32_t uid = 1000, gid = 1000;
  int links = 0;
  int64_t mtime_ns = 0, ctime_ns = 0, atime_ns = 0;

  Content content;                         // kFile
  std::map<std::string, InodeRef> entries;  // kDirectory; without . and ..
  Inode* parent = nullptr;                 // kDirectory; of the root: itself
  std::string target;                      // kSymlink
  PipeBuffer pipe;                         // kPipe

  FileLocks locks;
};

}  // namespace sim
