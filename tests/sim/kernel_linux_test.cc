// The simulated kernel does what Linux does: random rows of system calls by several processes are made on
// both, and every answer must be the same.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <string>
#include <vector>

#include "tests/sim/any_call.h"
#include "tests/sim/cases.h"
#include "tests/sim/worlds.h"

namespace sim_test {
namespace {

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
    if (call.op == Op::kRecordLock || call.op == Op::kPeer)
      return ComparePid(real.stat.inode, sim.stat.inode);
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
    const bool fine = real_.fine_times() && !S_ISSOCK(sim.mode);
    auto compare = [fine](const char* what, bool real_changed, bool sim_changed) -> std::string {
      if (real_changed == sim_changed || (sim_changed && !fine)) return "";
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

// Something to work with.
std::vector<Call> Setup() {
  Call link = On(0, Op::kSymlink, "d");
  SetText(link.path2, "s");
  return {On(0, Op::kMkdir, "d", 0775), link, On(0, Op::kOpen, "a", O_RDWR | O_CREAT, 0664),
          OnFd(0, Op::kWrite, 3, 10), On(1, Op::kOpen, "a", O_RDWR)};
}

// Somebody who listens and a connection: drawn calls seldom come to it.
std::vector<Call> Connection() {
  return {OnFd(0, Op::kSocket, 0),         OnFd(0, Op::kClose, 3),     OnFd(0, Op::kSocket, 0),
          AtPath(0, Op::kBind, 3, "b"),    OnFd(0, Op::kListen, 3, 2), OnFd(1, Op::kSocket, 0),
          AtPath(1, Op::kConnect, 4, "b"), OnFd(0, Op::kAccept, 3)};
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

void Compare(Linux& real, const std::vector<Call>& before, const std::vector<Call>& drawn) {
  real.Clear();
  Simulated simulated;
  Judge judge(real, simulated);
  std::vector<Call> calls = Setup();
  calls.insert(calls.end(), before.begin(), before.end());
  calls.insert(calls.end(), drawn.begin(), drawn.end());
  const std::vector<Call> inspection = Inspection();
  calls.insert(calls.end(), inspection.begin(), inspection.end());
  // Calls in a row by one process are sent together.
  for (size_t begin = 0, end = 0; begin < calls.size(); begin = end) {
    const int process = calls[begin].process;
    while (end < calls.size() && calls[end].process == process && end - begin < Server::kTogether) ++end;
    real.server(process).Send(&calls[begin], end - begin);
    for (size_t i = begin; i < end; ++i) {
      const Answer on_linux = real.server(process).Receive();
      const std::string difference = judge.Compare(calls[i], on_linux, simulated.Do(calls[i]));
      if (difference.empty()) continue;
      for (size_t rest = i + 1; rest < end; ++rest) real.server(process).Receive();
      RC_LOG() << calls[i] << "\n" << difference << "\n";
      RC_FAIL("Linux and the kernel disagree");
    }
  }
}

TEST(KernelAndLinux, AgreeOnEveryCall) {
  SetDefaultCases("max_success=3000 max_size=60");
  Linux real;
  if (!real.IsReady()) GTEST_SKIP() << Linux::WhyNot();
  EXPECT_TRUE(rc::check("the kernel answers like Linux", [&real] {
    const Theme theme = *rc::gen::element(Theme::kAll, Theme::kAll, Theme::kLocks, Theme::kNames);
    auto calls = *rc::gen::container<std::vector<Call>>(AnyCall(theme));
    // In a namespace with one user there are no others to give a file to.
    if (!IsSuperuser()) std::erase_if(calls, [](const Call& call) { return call.op == Op::kFchown; });
    Compare(real, {}, calls);
  }));
}

TEST(KernelAndLinux, AgreeOnSockets) {
  SetDefaultCases("max_success=3000 max_size=60");
  Linux real;
  if (!real.IsReady()) GTEST_SKIP() << Linux::WhyNot();
  EXPECT_TRUE(rc::check("sockets of the kernel are those of Linux", [&real] {
    const auto calls = *rc::gen::container<std::vector<Call>>(AnyCall(Theme::kSockets));
    Compare(real, Connection(), calls);
  }));
}

}  // namespace
}  // namespace sim_test
