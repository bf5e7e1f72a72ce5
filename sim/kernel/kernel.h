// The simulated operating system: files, names, locks and descriptors. Knows nothing of fibers, faults or
// schedules: every call is atomic and is made by sim/world, which puts yields, crashes and faults around it.
//
// Semantics are those of Linux for what is here; tests/sim/kernel_linux_test compares them call by call.
// A call that is not here does not exist: the world ends the run with its name.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
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

  DiskRules& rules() { return disk_.rules(); }
  void SetRules(const DiskRules& rules);

  // --- Processes
  // A child of `parent` (null: of init) with descriptors 0 to 2 on /dev/null.
  Process& StartProcess(const Process* parent);
  Process* FindProcess(int pid);
  // A new process goes into a pid namespace of its own, or into one that is there.
  std::shared_ptr<PidSpace> MakePidSpace();
  void EnterPidSpace(Process& process, std::shared_ptr<PidSpace> space);
  // Of `target` as `viewer` sees it; 0: not at all.
  static int NumberFor(const Process& viewer, const Process& target);
  // Null: nobody that `viewer` could see.
  Process* FindFor(const Process& viewer, int number) const;
  // All descriptors are closed, all locks dropped, in the order of their numbers. The process stays, with its
  // status, until it is reaped.
  void EndProcess(Process& process, int status);
  void ReapProcess(int pid);

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
  // The other end, for the world: as read, write (never blocking: -EAGAIN) and close.
  Outcome ReadPipe(OpenFile& end, void* to, int64_t count);
  Outcome WritePipe(OpenFile& end, const void* from, int64_t count);
  void ClosePipe(OpenFile& end);

  // A pipe from descriptor `fd` of `writer` to the lowest free one of `reader`, which is the outcome.
  Outcome ConnectPipe(Process& writer, int fd, Process& reader);

  // --- Sockets: unix, stream, never blocking
  Outcome MakeSocket(Process& process, bool close_on_exec);
  Outcome Bind(Process& process, int fd, std::string_view path);
  Outcome Listen(Process& process, int fd, int64_t backlog);
  Outcome Connect(Process& process, int fd, std::string_view path);
  Outcome Accept(Process& process, int fd, bool close_on_exec);
  Outcome Receive(Process& process, int fd, void* to, int64_t count);
  Outcome Send(Process& process, int fd, const void* from, int64_t count);
  Outcome Shutdown(Process& process, int fd, int how);
  Outcome PeerCredentials(Process& process, int fd, Credentials& peer);

  // How many have something to say. None: what the process watches is noted, and wakes it (Process::watches).
  Outcome Poll(Process& process, std::span<pollfd> files);

  // --- Signals
  Outcome MakeSignals(Process& process, uint64_t set, bool close_on_exec);
  Outcome OpenProcess(Process& process, int pid);
  // `ends`: the target, if that is the end of it; the world sees to that.
  Outcome Signal(Process& process, int pid, int signal, Process*& ends);
  Outcome SignalByFd(Process& process, int fd, int signal, Process*& ends);

  // --- Bytes
  Outcome Read(Process& process, int fd, void* to, int64_t count);
  Outcome Pread(Process& process, int fd, void* to, int64_t count, int64_t offset);
  // To a pipe that has room for a part only: the part (Linux would block, unless the call is interrupted).
  Outcome Write(Process& process, int fd, const void* from, int64_t count);
  Outcome Pwrite(Process& process, int fd, const void* from, int64_t count, int64_t offset);
  Outcome Seek(Process& process, int fd, int64_t offset, int whence);
  Outcome Truncate(Process& process, int fd, int64_t size);
  Outcome CopyRange(Process& process, int from, int64_t* from_offset, int to, int64_t* to_offset,
                    int64_t count);
  Outcome Sync(Process& process, int fd);
  // A sync that the disk lets fail: the pages count as clean, but are not there. The world asks for it.
  Outcome FailSync(Process& process, int fd);
  // MAP_SHARED of a regular file; the address or a negated errno.
  Outcome Map(Process& process, int fd, int64_t offset, int64_t length, bool writes);

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
  // Nothing: now.
  Outcome SetTimes(Process& process, std::string_view path, std::optional<int64_t> mtime_ns);
  Outcome SetTimesFd(Process& process, int fd, std::optional<int64_t> mtime_ns);

  // --- Locks
  // A call that blocks sets waits_for to the locks of the inode.
  Outcome Flock(Process& process, int fd, int operation);
  // command: F_SETLK, F_SETLKW, F_GETLK and their OFD forms.
  Outcome RecordLockCall(Process& process, int fd, int command, struct flock& lock);

  // What became free since the last call; for processes whose waits_for is in it.
  std::vector<const void*> TakeWoken();

  // --- The machine
  // All processes are gone; visible becomes what the disk kept.
  void LosePower(Random& random);
  // All that is visible becomes durable, whatever the profile: the end of a setup.
  void SyncAll();
  // For programs of the world that are not processes (git's work tree, oracles): the inode or null. Follows
  // symbolic links.
  InodeRef Find(std::string_view absolute_path) const;
  const InodeRef& root() const { return root_; }
  int64_t used_bytes() const { return disk_.used(); }
  const Disk& disk() const { return disk_; }

 private:
  static constexpr int kFirstPid = 100;
  static constexpr uint64_t kMachinePidSpace = 4026531836;

  // --- kernel.cc
  int64_t Now() const;
  InodeRef NewInode(InodeKind kind, uint32_t mode);
  // A new inode of `process` for an entry of `directory`.
  InodeRef NewEntry(const Process& process, const Inode& directory, InodeKind kind, uint32_t mode);
  void Touch(Inode& inode);  // mtime and ctime
  Outcome Blocks(Process& process, Inode& inode);
  void Wake(const void* channel, bool& awaited);
  void WakeLocks(Inode& inode);
  void WakePipe(Inode& inode);
  void WakeSocket(Socket& socket);
  std::shared_ptr<OpenFile> NewFile(InodeRef inode, int flags);

  // --- descriptors.cc
  static OpenFile* FileOf(Process& process, int fd);
  Outcome OpenInode(Process& process, std::string_view path, int flags, uint32_t mode, InodeRef& inode);
  Outcome CreateFile(Process& process, Inode& directory, std::string_view name, uint32_t mode,
                     InodeRef& inode);
  Outcome MayOpen(Process& process, const Inode& inode, int flags, bool directory) const;
  void Drop(Process& process, const Descriptor& descriptor);
  void LastClose(OpenFile& file);
  void GiveBack(Inode& inode);  // after a name or a description of it is gone

  // --- bytes.cc
  Outcome ReadAt(Process& process, OpenFile& file, void* to, int64_t count, int64_t offset);
  Outcome WriteAt(Process& process, OpenFile& file, const void* from, int64_t count, int64_t& offset);
  Outcome WriteFile(Inode& inode, const void* from, int64_t count, int64_t offset);

  // --- pipes.cc
  Outcome TakeFromPipe(Process* process, OpenFile& file, void* to, int64_t count);
  Outcome GiveToPipe(Process* process, OpenFile& file, const void* from, int64_t count);

  // --- sockets.cc
  Outcome AddSocket(Process& process, std::shared_ptr<Socket> socket, bool close_on_exec);
  Outcome SocketOf(Process& process, int fd, Socket*& socket);
  Outcome FindListener(Process& process, std::string_view path, std::shared_ptr<Socket>& listener);
  void CloseSocket(Socket& socket, bool was_waiting);
  Outcome TakeFromSocket(Socket& socket, void* to, int64_t count);
  Outcome GiveToSocket(Socket& socket, const void* from, int64_t count);

  // --- poll.cc
  short EventsOf(Process& process, int fd);

  // --- signals.cc
  Outcome AddAnonymous(Process& process, InodeKind kind, uint64_t subject, bool close_on_exec);
  Outcome SignalTo(const Process& process, Process* target, int signal, Process*& ends);
  Outcome TakeSignal(Process& process, uint64_t set, void* to, int64_t count);

  // --- proc.cc
  Outcome ResolveProc(const Process& process, std::string_view path, InodeRef& inode) const;

  // --- entries.cc
  Outcome Resolve(Process& process, std::string_view path, bool follow, Inode*& inode) const;
  void AddEntry(Inode& directory, std::string_view name, const InodeRef& inode);
  void RemoveEntry(Inode& directory, std::string_view name, const InodeRef& inode);
  void Removed(Inode& directory, Inode& inode);
  void Exchange(Inode& from, std::string_view from_name, Inode& to, std::string_view to_name);
  void Move(Inode& from, std::string_view from_name, Inode& to, std::string_view to_name);

  // --- attributes.cc
  Outcome SetMode(const Process& process, Inode& inode, uint32_t mode);
  Outcome SetMtime(const Process& process, Inode& inode, std::optional<int64_t> mtime_ns);

  // --- lock_calls.cc
  Outcome SetRecordLock(Process& process, Inode& inode, const RecordLock& lock, bool unlocks, bool waits);
  bool Deadlocks(const Process& process, const RecordLock& blocker);

  Disk disk_;
  std::function<int64_t()> wall_ns_;
  InodeRef root_;
  std::map<int, std::unique_ptr<Process>> processes_;
  InodeRef null_;
  Random noise_;
  std::vector<const void*> woken_;
  uint64_t last_inode_ = 1;
  int last_pid_ = kFirstPid;
  int boot_ = 1;
  uint64_t pid_spaces_ = 0;
  mutable InodeRef looked_at_;  // of /proc: it is nobody else's
};

}  // namespace sim
