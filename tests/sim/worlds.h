// The two worlds that are compared: real Linux and the simulated kernel, each with the same four processes in
// the same directories.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/on_kernel.h"
#include "tests/sim/on_linux.h"

namespace sim_test {

inline constexpr int kProcesses = 4, kSuperuser = 3;

// Of the processes of every case. The superuser is last; if we are not he, all are one user.
inline User UserOf(int process) {
  constexpr User kUsersOfProcesses[] = {{1000, 1000}, {1000, 1000}, {1001, 1000}, {0, 0}};
  return kUsersOfProcesses[IsSuperuser() ? process : 0];
}

// A directory with servers whose root it is.
class Linux {
 public:
  Linux() {
    char name[] = "/tmp/kernel_linux_XXXXXX";
    if (mkdtemp(name) == nullptr) return;
    root_ = name;
    signal(SIGPIPE, SIG_IGN);
    Clear();
    for (int i = 0; i < kProcesses; ++i) servers_.push_back(std::make_unique<Server>(root_, UserOf(i)));
    fine_times_ = HasFineTimes();
  }
  ~Linux() {
    servers_.clear();
    MakeRemovable(root_);
    std::filesystem::remove_all(root_);
  }
  static const char* WhyNot() {
    return "neither the superuser, nor allowed to change the root in a user namespace";
  }
  bool IsReady() const { return servers_.size() == kProcesses && servers_[0]->IsReady(); }

  // The processes may have changed anything.
  void Clear() {
    for (const auto& server : servers_) server->Do({});
    MakeRemovable(root_);
    for (const auto& entry : std::filesystem::directory_iterator(root_))
      std::filesystem::remove_all(entry.path());
    const std::string work = root_ + "/w", null = root_ + "/null", devices = root_ + "/dev";
    mkdir(devices.c_str(), 0755);
    mkdir(work.c_str(), 0775);
    close(open(null.c_str(), O_CREAT | O_WRONLY, 0666));
    const bool done =
        chmod(root_.c_str(), 0755) == 0 && chmod(work.c_str(), 0775) == 0 && chmod(null.c_str(), 0666) == 0;
    EXPECT_TRUE(done);
    if (IsSuperuser()) {
      EXPECT_EQ(chown(root_.c_str(), 0, 0) | chown(work.c_str(), 1000, 1000), 0);
    }
    for (const auto& server : servers_) server->Do({});
  }
  const Server& server(int process) const { return *servers_[static_cast<size_t>(process)]; }
  // Each change since the last look has another time.
  bool fine_times() const { return fine_times_; }

 private:
  static void MakeRemovable(const std::string& directory) {
    chmod(directory.c_str(), 0700);
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      if (entry.symlink_status().type() == std::filesystem::file_type::directory) MakeRemovable(entry.path());
    }
  }
  bool HasFineTimes() const {
    const std::string path = root_ + "/w/times";
    const int fd = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
    bool fine = true;
    for (int i = 0; i < 20; ++i) {
      struct stat before {
      }, after{};
      fstat(fd, &before);
      fine = write(fd, "x", 1) == 1 && fstat(fd, &after) == 0 && fine;
      fine = fine && before.st_mtim.tv_nsec != after.st_mtim.tv_nsec;
    }
    close(fd);
    unlink(path.c_str());
    return fine;
  }

  std::string root_;
  std::vector<std::unique_ptr<Server>> servers_;
  bool fine_times_ = false;
};

class Simulated {
 public:
  Simulated() : kernel_(Rules(), [this] { return now_ += 1'000'000; }) {
    kernel_.root()->uid = UserOf(kSuperuser).uid;
    kernel_.root()->gid = UserOf(kSuperuser).gid;
    sim::Process& setup = kernel_.StartProcess(nullptr);
    setup.uid = UserOf(kSuperuser).uid;
    setup.gid = UserOf(kSuperuser).gid;
    setup.umask = 0;
    kernel_.MakeDirectory(setup, "/w", 0775);
    kernel_.Open(setup, "/null", O_CREAT | O_WRONLY, 0666);
    const sim::InodeRef work = kernel_.Find("/w");
    work->uid = work->gid = 1000;
    kernel_.EndProcess(setup, 0);
    for (int i = 0; i < kProcesses; ++i) {
      sim::Process& process = kernel_.StartProcess(nullptr);
      process.uid = UserOf(i).uid;
      process.gid = UserOf(i).gid;
      process.directory = work;
      processes_.push_back(&process);
    }
  }

  sim::Kernel& kernel() { return kernel_; }
  sim::Process& process(int i) { return *processes_[static_cast<size_t>(i)]; }
  Answer Do(const Call& call) { return OnKernel(kernel_, process(call.process)).Do(call); }

  // Whether anybody can still see the inode.
  bool IsAlive(uint64_t id) const {
    for (const sim::Process* process : processes_) {
      if (process->directory->id == id) return true;
      for (const auto& [fd, descriptor] : process->files) {
        if (descriptor.file->inode->id == id) return true;
      }
    }
    std::vector<const sim::Inode*> open{kernel_.root().get()};
    while (!open.empty()) {
      const sim::Inode& inode = *open.back();
      open.pop_back();
      if (inode.id == id) return true;
      for (const auto& [name, child] : inode.entries) open.push_back(child.get());
    }
    return false;
  }

 private:
  static sim::DiskRules Rules() {
    sim::DiskRules rules;
    rules.mtime_step_ns = 1;
    return rules;
  }

  int64_t now_ = 1'700'000'000'000'000'000;
  sim::Kernel kernel_;
  std::vector<sim::Process*> processes_;
};

// --- Calls by hand

inline Call On(int process, Op op, const char* path = "", int64_t a = 0, int64_t b = 0) {
  Call call;
  call.process = process;
  call.op = op;
  SetText(call.path, path);
  call.a = a;
  call.b = b;
  return call;
}

inline Call OnFd(int process, Op op, int fd, int64_t a = 0, int64_t b = 0, int64_t c = 0, int64_t d = 0) {
  Call call = On(process, op, "0", a, b);
  call.fd = fd;
  call.c = c;
  call.d = d;
  return call;
}

inline Call AtPath(int process, Op op, int fd, const char* path) {
  Call call = On(process, op, path);
  call.fd = fd;
  return call;
}

}  // namespace sim_test
