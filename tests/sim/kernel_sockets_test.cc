// What the comparison with Linux does not reach: processes that end with connections and signals, who waits
// for them, what /proc says, and the loss of power.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/kernel/kernel.h"

namespace sim {
namespace {

class KernelSockets : public testing::Test {
 protected:
  int Listen(const char* path) {
    const auto fd = static_cast<int>(kernel_.MakeSocket(*server_, true));
    EXPECT_EQ(kernel_.Bind(*server_, fd, path), 0);
    EXPECT_EQ(kernel_.Listen(*server_, fd, 1), 0);
    return fd;
  }
  Outcome Connect(const char* path) {
    const Outcome fd = kernel_.MakeSocket(*client_, true);
    const Outcome connected = kernel_.Connect(*client_, static_cast<int>(fd), path);
    return connected < 0 ? connected : fd;
  }
  Outcome Send(Process& process, int fd, const std::string& bytes) {
    return kernel_.Send(process, fd, bytes.data(), static_cast<int64_t>(bytes.size()));
  }
  Outcome Receive(Process& process, int fd) { return kernel_.Receive(process, fd, buffer_, sizeof buffer_); }
  std::string Read(Process& process, const char* path) {
    const auto fd = static_cast<int>(kernel_.Open(process, path, O_RDONLY, 0));
    const Outcome got = kernel_.Read(process, fd, buffer_, sizeof buffer_);
    kernel_.Close(process, fd);
    return got < 0 ? "" : std::string(buffer_, static_cast<size_t>(got));
  }

  Kernel kernel_{DiskRules(), [] { return 1'700'000'000'000'000'000; }};
  Process* server_ = &kernel_.StartProcess(nullptr);
  Process* client_ = &kernel_.StartProcess(nullptr);
  char buffer_[4096] = {};
};

TEST_F(KernelSockets, WhatAProcessSaidIsReadAfterItsEnd) {
  const int listener = Listen("/s");
  const auto fd = static_cast<int>(Connect("/s"));
  const auto accepted = static_cast<int>(kernel_.Accept(*server_, listener, true));
  EXPECT_EQ(Send(*server_, accepted, "last words"), 10);
  kernel_.EndProcess(*server_, 9);
  EXPECT_EQ(Send(*client_, fd, "too late"), -EPIPE);
  EXPECT_EQ(Receive(*client_, fd), 10);
  EXPECT_EQ(Receive(*client_, fd), 0);
  EXPECT_EQ(Connect("/s"), -ECONNREFUSED);
}

TEST_F(KernelSockets, WhatAProcessDidNotReadIsReset) {
  const int listener = Listen("/s");
  const auto accepted_one = static_cast<int>(Connect("/s")), waiting_one = static_cast<int>(Connect("/s"));
  EXPECT_EQ(Connect("/s"), -EAGAIN);
  kernel_.Accept(*server_, listener, true);
  EXPECT_EQ(Send(*client_, accepted_one, "unread"), 6);
  kernel_.EndProcess(*server_, 9);
  for (const int fd : {accepted_one, waiting_one}) {
    EXPECT_EQ(Receive(*client_, fd), -ECONNRESET);
    EXPECT_EQ(Receive(*client_, fd), 0);
  }
}

TEST_F(KernelSockets, WhoPollsIsWokenByTheOtherEnd) {
  const int listener = Listen("/s");
  pollfd file{listener, POLLIN, 0};
  EXPECT_EQ(kernel_.Poll(*server_, {&file, 1}), 0);
  ASSERT_EQ(server_->watches.size(), 1u);
  EXPECT_TRUE(kernel_.TakeWoken().empty());
  Connect("/s");
  EXPECT_EQ(kernel_.TakeWoken(), server_->watches);
  EXPECT_EQ(kernel_.Poll(*server_, {&file, 1}), 1);
  EXPECT_TRUE(server_->watches.empty());
}

TEST_F(KernelSockets, ANameSurvivesTheLossOfPowerButNobodyListens) {
  Listen("/s");
  kernel_.SyncAll();
  const std::string before = Read(*client_, "/proc/sys/kernel/random/boot_id");
  Random random(1, "power");
  kernel_.LosePower(random);
  client_ = &kernel_.StartProcess(nullptr);
  EXPECT_EQ(Connect("/s"), -ECONNREFUSED);
  EXPECT_NE(Read(*client_, "/proc/sys/kernel/random/boot_id"), before);
}

TEST_F(KernelSockets, ABlockedSignalIsReadAndAnotherEndsTheProcess) {
  server_->blocked = uint64_t{1} << (SIGTERM - 1);
  const auto fd = static_cast<int>(kernel_.MakeSignals(*server_, server_->blocked, true));
  pollfd file{fd, POLLIN, 0};
  EXPECT_EQ(kernel_.Poll(*server_, {&file, 1}), 0);
  Process* ends = nullptr;
  EXPECT_EQ(kernel_.Signal(*client_, server_->pid, SIGTERM, ends), 0);
  EXPECT_EQ(ends, nullptr);
  EXPECT_EQ(kernel_.TakeWoken().size(), 1u);
  EXPECT_EQ(kernel_.Read(*server_, fd, buffer_, sizeof buffer_),
            static_cast<Outcome>(sizeof(signalfd_siginfo)));
  EXPECT_EQ(reinterpret_cast<const signalfd_siginfo*>(buffer_)->ssi_signo, static_cast<uint32_t>(SIGTERM));
  EXPECT_EQ(kernel_.Read(*server_, fd, buffer_, sizeof buffer_), -EAGAIN);
  EXPECT_EQ(kernel_.Signal(*client_, server_->pid, SIGHUP, ends), 0);
  EXPECT_EQ(ends, server_);
  client_->uid = 1001;
  EXPECT_EQ(kernel_.Signal(*client_, server_->pid, 0, ends), -EPERM);
}

TEST_F(KernelSockets, ProcTellsWhoAProcessIs) {
  server_->start_ticks = 4711;
  const std::string path = "/proc/" + std::to_string(server_->pid) + "/stat";
  const std::string text = Read(*client_, path.c_str());
  EXPECT_EQ(std::count(text.begin(), text.begin() + static_cast<long>(text.find("4711")), ' '), 21);
  const auto held = static_cast<int>(kernel_.OpenProcess(*client_, server_->pid));
  kernel_.EndProcess(*server_, 0);
  EXPECT_EQ(Read(*client_, path.c_str()), "");
  Process* ends = nullptr;
  EXPECT_EQ(kernel_.SignalByFd(*client_, held, SIGKILL, ends), -ESRCH);
  EXPECT_EQ(kernel_.OpenProcess(*client_, server_->pid), -ESRCH);
}

}  // namespace
}  // namespace sim
