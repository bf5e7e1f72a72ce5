// The simulated kernel does what Linux does: random rows of system calls by several processes are made on
// both, and every answer must be the same.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/any_call.h"
#include "tests/sim/on_kernel.h"
#include "tests/sim/on_linux.h"

namespace sim_test {
namespace {

// The processes of every case. The superuser is last.
constexpr User kUsersOfProcesses[] = {{1000, 1000}, {1000, 1000}, {1001, 1000}, {0, 0}};
constexpr int kProcesses = 4, kSuperuser = 3;

// A directory with servers whose root it is.
class Linux {
 public:
  Linux() {
    char name[] = "/tmp/kernel_linux_XXXXXX";
    if (mkdtemp(name) == nullptr) return;
    root_ = name;
    Clear();
    for (const User& user : kUsersOfProcesses) servers_.push_back(std::make_unique<Server>(root_, user));
    fine_times_ = HasFineTimes();
  }
  ~Linux() {
    servers_.clear();
    std::filesystem::remove_all(root_);
  }

  // The superuser among the processes may have changed anything.
  void Clear() {
    for (const auto& server : servers_) server->Do({});
    for (const auto& entry : std::filesystem::directory_iterator(root_))
      std::filesystem::remove_all(entry.path());
    const std::string work = root_ + "/w", null = root_ + "/null", devices = root_ + "/dev";
    mkdir(devices.c_str(), 0755);
    mkdir(work.c_str(), 0775);
    close(open(null.c_str(), O_CREAT | O_WRONLY, 0666));
    const bool done = chmod(root_.c_str(), 0755) == 0 && chown(root_.c_str(), 0, 0) == 0 &&
                      chmod(work.c_str(), 0775) == 0 && chown(work.c_str(), 1000, 1000) == 0 &&
                      chmod(null.c_str(), 0666) == 0;
    EXPECT_TRUE(done);
    for (const auto& server : servers_) server->Do({});
  }
  const Server& server(int process) const { return *servers_[static_cast<size_t>(process)]; }
  // Each change since the last look has another time.
  bool fine_times() const { return fine_times_; }

 private:
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
    kernel_.root()->uid = kernel_.root()->gid = 0;
    sim::Process& setup = kernel_.StartProcess(nullptr);
    setup.uid = setup.gid = 0;
    setup.umask = 0;
    kernel_.MakeDirectory(setup, "/w", 0775);
    kernel_.Open(setup, "/null", O_CREAT | O_WRONLY, 0666);
    const sim::InodeRef work = kernel_.Find("/w");
    work->uid = work->gid = 1000;
    kernel_.EndProcess(setup, 0);
    for (const User& user : kUsersOfProcesses) {
      sim::Process& process = kernel_.StartProcess(nullptr);
      process.uid = user.uid;
      process.gid = user.gid;
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

// Compares the answers of one case.
class Judge {
 public:
  Judge(Linux& real, Simulated& simulated) : real_(real), simulated_(simulated) {}

  // Empty, or what differs.
  std::string Compare(const Call& call, const Answer& real, const Answer& sim) {
    if (real.value != sim.value) return Differs("answer", real.value, sim.value);
    if (strcmp(real.text.data(), sim.text.data()) != 0) {
      return std::string("Linux: ") + real.text.data() + ", kernel: " + sim.text.data();
    }
    if (call.op == Op::kRecordLock) return ComparePid(real.stat.inode, sim.stat.inode);
    if (!real.has_stat) return "";
    const StatAnswer &r = real.stat, &s = sim.stat;
    if (r.mode != s.mode) return Differs("mode", r.mode, s.mode);
    if (r.uid != s.uid) return Differs("uid", r.uid, s.uid);
    if (r.gid != s.gid) return Differs("gid", r.gid, s.gid);
    if (r.links != s.links) return Differs("links", r.links, s.links);
    if (r.size != s.size) return Differs("size", r.size, s.size);
    const std::string identity = CompareIdentity(r.inode, s.inode);
    return identity.empty() ? CompareTimes(r, s) : identity;
  }

 private:
  static std::string Differs(const char* what, int64_t real, int64_t sim) {
    return std::string(what) + " of Linux: " + std::to_string(real) +
           ", of the kernel: " + std::to_string(sim);
  }

  std::string ComparePid(uint64_t real, uint64_t sim) {
    for (int i = 0; i < kProcesses; ++i) {
      if (static_cast<uint64_t>(real_.server(i).pid()) != real) continue;
      if (static_cast<uint64_t>(simulated_.process(i).pid) == sim) return "";
    }
    return real == sim ? "" : "another process has the lock";
  }

  // Linux gives the number of an inode that is gone to a new one.
  std::string CompareIdentity(uint64_t real, uint64_t sim) {
    const auto known = numbers_.find(real);
    if (known != numbers_.end() && known->second != sim && simulated_.IsAlive(known->second)) {
      return "one file on Linux, two on the kernel";
    }
    for (const auto& [other, number] : numbers_) {
      if (number == sim && other != real) return "two files on Linux, one on the kernel";
    }
    numbers_[real] = sim;
    return "";
  }

  std::string CompareTimes(const StatAnswer& real, const StatAnswer& sim) {
    const auto [it, is_new] = times_.try_emplace(sim.inode, real, sim);
    if (is_new) return "";
    const auto [real_before, sim_before] = std::exchange(it->second, {real, sim});
    auto compare = [this](const char* what, bool real_changed, bool sim_changed) -> std::string {
      if (real_changed == sim_changed || (sim_changed && !real_.fine_times())) return "";
      return std::string(what) + (real_changed ? " changed on Linux only" : " changed on the kernel only");
    };
    const std::string mtime =
        compare("mtime", real_before.mtime != real.mtime, sim_before.mtime != sim.mtime);
    if (!mtime.empty()) return mtime;
    return compare("ctime", real_before.ctime != real.ctime, sim_before.ctime != sim.ctime);
  }

  Linux& real_;
  Simulated& simulated_;
  std::map<uint64_t, uint64_t> numbers_;  // Linux's inode to the kernel's
  std::map<uint64_t, std::pair<StatAnswer, StatAnswer>> times_;
};

Call On(int process, Op op, const char* path = "", int64_t a = 0, int64_t b = 0) {
  Call call;
  call.process = process;
  call.op = op;
  SetText(call.path, path);
  call.a = a;
  call.b = b;
  return call;
}

Call OnFd(int process, Op op, int fd, int64_t a = 0, int64_t b = 0, int64_t c = 0, int64_t d = 0) {
  Call call = On(process, op, "0", a, b);
  call.fd = fd;
  call.c = c;
  call.d = d;
  return call;
}

// Something to work with.
std::vector<Call> Setup() {
  Call link = On(0, Op::kSymlink, "d");
  SetText(link.path2, "s");
  return {On(0, Op::kMkdir, "d", 0775), link, On(0, Op::kOpen, "a", O_RDWR | O_CREAT, 0664),
          OnFd(0, Op::kWrite, 3, 10), On(1, Op::kOpen, "a", O_RDWR)};
}

// At the end the superuser looks at everything.
std::vector<Call> Inspection() {
  std::vector<Call> calls;
  const int first = 3;
  for (int fd = first; fd < 9; ++fd) calls.push_back(OnFd(kSuperuser, Op::kClose, fd));
  calls.push_back(On(kSuperuser, Op::kChdir, "/w"));
  for (const char* path : {".", "a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "s", "t", "/"}) {
    calls.push_back(On(kSuperuser, Op::kLstat, path));
    calls.push_back(On(kSuperuser, Op::kReadlink, path));
    calls.push_back(On(kSuperuser, Op::kOpen, path, O_RDONLY | O_NOFOLLOW));
    calls.push_back(OnFd(kSuperuser, Op::kList, first));
    calls.push_back(OnFd(kSuperuser, Op::kPread, first, 10000));
    calls.push_back(OnFd(kSuperuser, Op::kRecordLock, first, F_GETLK, F_WRLCK, 0, 0));
    calls.push_back(OnFd(kSuperuser, Op::kFlock, first, LOCK_EX | LOCK_NB));
    calls.push_back(OnFd(kSuperuser, Op::kClose, first));
  }
  for (int process = 0; process < kProcesses; ++process) {
    calls.push_back(On(process, Op::kGetcwd));
    for (int fd = 3; fd < 9; ++fd) {
      calls.push_back(OnFd(process, Op::kFstat, fd));
      calls.push_back(OnFd(process, Op::kGetFlags, fd));
      calls.push_back(OnFd(process, Op::kSeek, fd, 0, SEEK_CUR));
    }
  }
  return calls;
}

void Compare(Linux& real, const std::vector<Call>& drawn) {
  real.Clear();
  Simulated simulated;
  Judge judge(real, simulated);
  std::vector<Call> calls = Setup();
  calls.insert(calls.end(), drawn.begin(), drawn.end());
  const std::vector<Call> inspection = Inspection();
  calls.insert(calls.end(), inspection.begin(), inspection.end());
  for (const Call& call : calls) {
    const Answer on_linux = real.server(call.process).Do(call);
    const std::string difference = judge.Compare(call, on_linux, simulated.Do(call));
    if (difference.empty()) continue;
    RC_LOG() << call << "\n" << difference << "\n";
    RC_FAIL("Linux and the kernel disagree");
  }
}

TEST(KernelAndLinux, AgreeOnEveryCall) {
  if (geteuid() != 0) GTEST_SKIP() << "only the superuser can make servers with other users and roots";
  const char* asked = getenv("RC_PARAMS");
  const std::string parameters =
      std::string("max_success=3000 max_size=60 ") + (asked == nullptr ? "" : asked);
  setenv("RC_PARAMS", parameters.c_str(), 1);
  Linux real;
  EXPECT_TRUE(rc::check("the kernel answers like Linux",
                        [&real] { Compare(real, *rc::gen::container<std::vector<Call>>(AnyCall())); }));
}

}  // namespace
}  // namespace sim_test
