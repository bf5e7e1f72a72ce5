#include "sim/kernel/kernel.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "sim/kernel/names.h"

namespace sim {
namespace {

constexpr int kReadWrite = O_RDWR | 0100000;  // and O_LARGEFILE, which every description has

}  // namespace

Kernel::Kernel(const DiskRules& rules, std::function<int64_t()> wall_ns)
    : disk_(rules), wall_ns_(std::move(wall_ns)), noise_(0, "urandom") {
  root_ = NewInode(InodeKind::kDirectory, 0755);
  root_->parent = root_.get();
  root_->links = 2;
  InodeRef devices = NewInode(InodeKind::kDirectory, 0755);
  AddEntry(*root_, "dev", devices);
  null_ = NewInode(InodeKind::kNull, 0666);
  AddEntry(*devices, "null", null_);
  AddEntry(*devices, "full", NewInode(InodeKind::kFull, 0666));
  AddEntry(*devices, "urandom", NewInode(InodeKind::kRandom, 0666));
  devices->uid = devices->gid = 0;
  for (const auto& [name, device] : devices->entries) device->uid = device->gid = 0;
  disk_.SyncAll();
}

void Kernel::SetRules(const DiskRules& rules) {
  disk_.rules() = rules;
  root_->folds_case = rules.folds_case;
}

int64_t Kernel::Now() const {
  const int64_t now = wall_ns_();
  return now - now % std::max<int64_t>(1, disk_.rules().mtime_step_ns);
}

InodeRef Kernel::NewInode(InodeKind kind, uint32_t mode) {
  auto inode = std::make_shared<Inode>(++last_inode_, kind, mode);
  inode->mtime_ns = inode->ctime_ns = inode->atime_ns = inode->durable_mtime_ns = Now();
  return inode;
}

InodeRef Kernel::NewEntry(const Process& process, const Inode& directory, InodeKind kind, uint32_t mode) {
  InodeRef inode = NewInode(kind, mode);
  inode->uid = process.uid;
  inode->gid = process.gid;
  if ((directory.mode & S_ISGID) != 0) {
    inode->gid = directory.gid;
    if (kind == InodeKind::kDirectory) inode->mode |= S_ISGID;
  }
  return inode;
}

void Kernel::Touch(Inode& inode) { inode.mtime_ns = inode.ctime_ns = Now(); }

std::shared_ptr<OpenFile> Kernel::NewFile(InodeRef inode, int flags) {
  auto file = std::make_shared<OpenFile>();
  ++inode->opens;
  file->inode = std::move(inode);
  file->flags = flags;
  return file;
}

// --- Processes

Process& Kernel::StartProcess(const Process* parent) {
  auto process = std::make_unique<Process>();
  process->pid = ++last_pid_;
  process->parent = 1;
  process->directory = root_;
  if (parent != nullptr) {
    process->parent = parent->pid;
    process->uid = parent->uid;
    process->gid = parent->gid;
    process->umask = parent->umask;
    if (parent->space != nullptr) EnterPidSpace(*process, parent->space);
    process->directory = parent->directory;
    process->environment = parent->environment;
  }
  const auto null_file = NewFile(null_, kReadWrite);
  for (int fd = 0; fd <= 2; ++fd)
    process->files.emplace_hint(process->files.end(), fd, Descriptor{null_file, false});
  Process& started = *process;
  processes_.emplace_hint(processes_.end(), started.pid, std::move(process));
  return started;
}

Process* Kernel::FindProcess(int pid) {
  const auto it = processes_.find(pid);
  return it == processes_.end() ? nullptr : it->second.get();
}

std::shared_ptr<PidSpace> Kernel::MakePidSpace() {
  auto space = std::make_shared<PidSpace>();
  space->id = kMachinePidSpace + ++pid_spaces_;
  return space;
}

void Kernel::EnterPidSpace(Process& process, std::shared_ptr<PidSpace> space) {
  process.number = ++space->last;
  process.space = std::move(space);
}

int Kernel::NumberFor(const Process& viewer, const Process& target) {
  if (viewer.space == nullptr) return target.pid;
  return viewer.space == target.space ? target.number : 0;
}

Process* Kernel::FindFor(const Process& viewer, int number) const {
  const auto found = std::find_if(processes_.begin(), processes_.end(), [&](const auto& entry) {
    return number != 0 && NumberFor(viewer, *entry.second) == number;
  });
  return found == processes_.end() ? nullptr : found->second.get();
}

void Kernel::EndProcess(Process& process, int status) {
  while (!process.files.empty()) {
    const auto first = process.files.begin();
    const Descriptor descriptor = std::move(first->second);
    process.files.erase(first);
    Drop(process, descriptor);
  }
  process.mapped.clear();
  process.directory = nullptr;
  process.waits_for = nullptr;
  process.watches.clear();
  process.exited = true;
  process.status = status;
  Wake(&process.end_awaited, process.end_awaited);
}

void Kernel::ReapProcess(int pid) { processes_.erase(pid); }

// --- Waiting

Outcome Kernel::Blocks(Process& process, Inode& inode) {
  if (inode.kind == InodeKind::kPipe) {
    inode.pipe->awaited = true;
    process.waits_for = inode.pipe.get();
  } else {
    inode.locks.awaited = true;
    process.waits_for = &inode.locks;
  }
  return kBlocks;
}

void Kernel::Wake(const void* channel, bool& awaited) {
  if (awaited && std::find(woken_.begin(), woken_.end(), channel) == woken_.end()) woken_.push_back(channel);
  awaited = false;
}

void Kernel::WakeLocks(Inode& inode) { Wake(&inode.locks, inode.locks.awaited); }

void Kernel::WakePipe(Inode& inode) { Wake(inode.pipe.get(), inode.pipe->awaited); }

std::vector<const void*> Kernel::TakeWoken() { return std::exchange(woken_, {}); }

// --- The machine

void Kernel::LosePower(Random& random) {
  processes_.clear();  // nothing is closed: that would flush
  last_pid_ = kFirstPid;
  ++boot_;
  woken_.clear();
  disk_.LosePower(root_, random);
}

void Kernel::SyncAll() {
  disk_.SyncAll();
  std::vector<Inode*> open{root_.get()};
  while (!open.empty()) {
    Inode& inode = *open.back();
    open.pop_back();
    inode.content.Sync();
    inode.durable_mtime_ns = inode.mtime_ns;
    for (const auto& [name, child] : inode.entries) open.push_back(child.get());
  }
}

InodeRef Kernel::Find(std::string_view absolute_path) const {
  Process superuser;
  superuser.uid = superuser.gid = 0;
  superuser.directory = root_;
  Walk walk(superuser, *root_);
  if (walk.Resolve(absolute_path, true) < 0) return nullptr;
  return walk.inode()->shared_from_this();
}

}  // namespace sim
