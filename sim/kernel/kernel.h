// The simulated operating system: files, names, locks and descriptors. Knows nothing of fibers, faults or
// schedules: every call is atomic and is made by sim/world, which puts yields, crashes and faults around it.
//
// Semantics are those of Linux for what is here; tests/sim/kernel_linux_test compares them call by call.
// A call that is not here does not exist: the world ends the run with its name.
#pragma once

#include <sys/stat.h>
#include <sys/vfs.h>
#include <fcntl.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/disk.h"
#include "sim/kernel/inode.h"
#include "sim/kernel/outcome.h"
#include "sim/kernel/process.h"
#include "sim/kernel/random.h"

namespace sim {

struct DirectoryEntry {
  std::string name;
  uint64_t inode = 0;
  InodeKind kind = InodeKind::kFile;
};

class Kernel {
 public:
  // `wall_ns` tells the time for new times of files.
  Kernel(const DiskRules& rules, std::function<int64_t()> wall_ns);

  DiskRules& rules() { return rules_; }

  // --- Processes
  // A child of `parent` (null: of init) with descriptors 0 to 2 on /dev/null.
  Process& StartProcess(const Process* parent);
  Process* FindProcess(int pid);
  // All descriptors are closed, all locks dropped, in the order of their numbers.
  void EndProcess(Process& process, int status);

  // --- Descriptors
  Outcome Open(Process& process, std::string_view path, int flags, uint32_t mode);
  Outcome Close(Process& process, int fd);
  Outcome Dup(Process& process, int fd, int lowest, bool close_on_exec);
  Outcome Dup2(Process& process, int fd, int to);
  Outcome GetFdFlags(Process& process, int fd);
  Outcome SetFdFlags(Process& process, int fd, int flags);
  Outcome GetFlags(Process& process, int fd);
  Outcome SetFlags(Process& process, int fd, int flags);
  // Descriptor `fd` of `process` becomes one end of a new pipe; the other end is the buffer that is returned.
  std::shared_ptr<OpenFile> AttachPipe(Process& process, int fd, bool process_writes);

  // --- Bytes
  Outcome Read(Process& process, int fd, void* to, int64_t count);
  Outcome Pread(Process& process, int fd, void* to, int64_t count, int64_t offset);
  Outcome Write(Process& process, int fd, const void* from, int64_t count);
  Outcome Pwrite(Process& process, int fd, const void* from, int64_t count, int64_t offset);
  Outcome Seek(Process& process, int fd, int64_t offset, int whence);
  Outcome Truncate(Process& process, int fd, int64_t size);
  Outcome CopyRange(Process& process, int from, int64_t* from_offset, int to, int64_t* to_offset, int64_t count);
  Outcome Sync(Process& process, int fd);
  // MAP_SHARED of a regular file; the address or a negated errno.
  Outcome Map(Process& process, int fd, int64_t offset, int64_t length);

  // --- Names
  Outcome Stat(Process& process, std::string_view path, struct stat& out, bool follow);
  Outcome StatFd(Process& process, int fd, struct stat& out);
  Outcome Statfs(Process& process, std::string_view path, struct statfs& out);
  Outcome Access(Process& process, std::string_view path, int mode);
  Outcome MakeDirectory(Process& process, std::string_view path, uint32_t mode);
  Outcome RemoveDirectory(Process& process, std::string_view path);
  Outcome Unlink(Process& process, std::string_view path);
  Outcome Link(Process& process, std::string_view from, std::string_view to);
  Outcome Symlink(Process& process, std::string_view target, std::string_view path);
  // flags: 0, RENAME_NOREPLACE or RENAME_EXCHANGE.
  Outcome Rename(Process& process, std::string_view from, std::string_view to, unsigned flags);
  Outcome ReadLink(Process& process, std::string_view path, std::string& target);
  // Without . and ..; sorted by name (the world shuffles it).
  Outcome ListDirectory(Process& process, int fd, std::vector<DirectoryEntry>& entries);
  Outcome ChangeDirectory(Process& process, std::string_view path);
  Outcome CurrentDirectory(Process& process, std::string& path);  // -ENOENT if it was removed
  Outcome ChangeMode(Process& process, std::string_view path, uint32_t mode);
  Outcome ChangeModeFd(Process& process, int fd, uint32_t mode);
  Outcome ChangeOwnerFd(Process& process, int fd, uint32_t uid, uint32_t gid);
  // Null: now. Times in nanoseconds; nothing: left alone.
  Outcome SetTimes(Process& process, std::string_view path, std::optional<int64_t> mtime_ns);
  Outcome SetTimesFd(Process& process, int fd, std::optional<int64_t> mtime_ns);

  // --- Locks
  Outcome Flock(Process& process, int fd, int operation);
  // command: F_SETLK, F_SETLKW, F_GETLK and their OFD forms.
  Outcome RecordLockCall(Process& process, int fd, int command, struct flock& lock);

  // What became free since the last call; for processes whose waits_for is in it.
  std::vector<const void*> TakeWoken();

  // --- The machine
  // All processes are gone; visible becomes what the disk kept.
  void LosePower(Random& random);
  // For programs of the world that are not processes (git's work tree, oracles): the inode or null.
  InodeRef Find(std::string_view absolute_path) const;
  const InodeRef& root() const { return root_; }
  int64_t used_bytes() const;

 private:
  struct Names;  // pending and durable directory entries (disk.cc)

  DiskRules rules_;
  std::function<int64_t()> wall_ns_;
  InodeRef root_;
  std::map<int, std::unique_ptr<Process>> processes_;
  std::vector<const void*> woken_;
  uint64_t last_inode_ = 1;
  int last_pid_ = 100;
};

}  // namespace sim
