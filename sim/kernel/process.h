// A process as the kernel sees it: who it is, where it is, and what it has open. What runs in it (a fiber, a
// program) belongs to the world.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/kernel/inode.h"

namespace sim {

// An open file description: shared by descriptors that were duplicated.
struct OpenFile {
  InodeRef inode;
  int flags = 0;  // O_ACCMODE, O_APPEND, O_NONBLOCK ...
  int64_t offset = 0;
};

struct Descriptor {
  std::shared_ptr<OpenFile> file;
  bool close_on_exec = false;
};

// The POSIX record lock that a blocked process wants; only while waits_for is the same as `locks`.
struct LockWait {
  const FileLocks* locks = nullptr;
  RecordLock lock;
};

// A pid namespace inside that of the machine. Who is in it has a number of its own there, and sees nobody
// else.
struct PidSpace {
  uint64_t id = 0;  // as the inode of /proc/self/ns/pid
  int last = 0;     // number that was given out
};

struct Process {
  int pid = 0;                      // as the machine counts
  std::shared_ptr<PidSpace> space;  // null: that of the machine
  int number = 0;                   // in its space
  std::string marks;                // lines of /proc/self/status, if it is marked there
  int parent = 0;
  uint32_t uid = 1000, gid = 1000;
  uint32_t umask = 022;
  InodeRef directory;  // where it is
  std::map<std::string, std::string> environment;
  std::vector<std::string> arguments;
  std::map<int, Descriptor> files;
  std::vector<InodeRef> mapped;  // until the process ends: mappings outlive descriptors
  std::string program;           // the path of its file
  int64_t start_ticks = 0;       // hundredths of a second since the machine was started
  // Signals, as sets of bits.
  uint64_t blocked = 0, ignored = 0, pending = 0;
  bool signals_awaited = false;
  const void* waits_for = nullptr;   // after kBlocks; the world clears it if the call is given up
  std::vector<const void*> watches;  // while it polls: each of these wakes it
  LockWait lock_wait;
  bool exited = false;
  bool end_awaited = false;  // by somebody who polls
  int status = 0;            // as of waitpid
};

}  // namespace sim
