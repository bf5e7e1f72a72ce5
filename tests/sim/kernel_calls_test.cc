// Calls of the simulated kernel that the comparison with Linux does not reach: pipes, devices, the end of a
// process, and disks that refuse.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/file.h>

#include <string>
#include <vector>

#include "sim/kernel/kernel.h"

namespace sim {
namespace {

class KernelCalls : public testing::Test {
 protected:
  static DiskRules Rules() {
    DiskRules rules;
    rules.mtime_step_ns = 4'000'000;
    return rules;
  }

  Outcome Open(const char* path, int flags = O_RDWR | O_CREAT) {
    return kernel_.Open(process_, path, flags, 0644);
  }
  Outcome Write(int fd, const std::string& bytes) {
    return kernel_.Write(process_, fd, bytes.data(), static_cast<int64_t>(bytes.size()));
  }
  int64_t Mtime(const char* path) {
    struct stat stat {};
    kernel_.Stat(process_, path, stat, true);
    return stat.st_mtim.tv_sec * 1'000'000'000 + stat.st_mtim.tv_nsec;
  }

  int64_t now_ = 1'700'000'000'000'000'000;
  Kernel kernel_{Rules(), [this] { return now_; }};
  Process& process_ = kernel_.StartProcess(nullptr);
  char buffer_[70'000] = {};
};

TEST_F(KernelCalls, APipeHasAnEndWhenTheWriterIsGone) {
  const auto world = kernel_.AttachPipe(process_, 0, false);
  EXPECT_EQ(kernel_.Read(process_, 0, buffer_, 10), kBlocks);
  const void* channel = process_.waits_for;
  EXPECT_EQ(kernel_.WritePipe(*world, "hello", 5), 5);
  EXPECT_EQ(kernel_.TakeWoken(), std::vector<const void*>{channel});
  EXPECT_EQ(kernel_.Read(process_, 0, buffer_, 3), 3);
  EXPECT_EQ(kernel_.Read(process_, 0, buffer_, 10), 2);
  EXPECT_EQ(kernel_.SetFlags(process_, 0, O_NONBLOCK), 0);
  EXPECT_EQ(kernel_.Read(process_, 0, buffer_, 10), -EAGAIN);
  kernel_.ClosePipe(*world);
  EXPECT_EQ(kernel_.Read(process_, 0, buffer_, 10), 0);
  EXPECT_EQ(kernel_.Pread(process_, 0, buffer_, 10, 0), -ESPIPE);
  EXPECT_EQ(kernel_.Seek(process_, 0, 0, SEEK_SET), -ESPIPE);
  EXPECT_EQ(Write(0, "x"), -EBADF);
  EXPECT_EQ(kernel_.Sync(process_, 0), -EINVAL);
}

TEST_F(KernelCalls, APipeIsFullAt64KBAndBrokenWithoutAReader) {
  const auto world = kernel_.AttachPipe(process_, 1, true);
  EXPECT_EQ(Write(1, std::string(65'000, 'x')), 65'000);
  EXPECT_EQ(Write(1, std::string(1'000, 'x')), kBlocks);  // at most PIPE_BUF: all or nothing
  EXPECT_EQ(Write(1, std::string(5'000, 'x')), 536);
  EXPECT_EQ(Write(1, "x"), kBlocks);
  EXPECT_EQ(kernel_.ReadPipe(*world, buffer_, 70'000), 65'536);
  EXPECT_EQ(kernel_.ReadPipe(*world, buffer_, 1), -EAGAIN);
  EXPECT_EQ(kernel_.TakeWoken().size(), 1u);
  EXPECT_EQ(Write(1, "x"), 1);
  kernel_.ClosePipe(*world);
  EXPECT_EQ(Write(1, "x"), -EPIPE);
}

TEST_F(KernelCalls, TheEndOfAProcessIsTheEndOfItsPipe) {
  const auto world = kernel_.AttachPipe(process_, 1, true);
  Write(1, "last");
  kernel_.EndProcess(process_, 0);
  EXPECT_EQ(kernel_.ReadPipe(*world, buffer_, 10), 4);
  EXPECT_EQ(kernel_.ReadPipe(*world, buffer_, 10), 0);
}

TEST_F(KernelCalls, DevicesSwallowRefuseAndInvent) {
  EXPECT_EQ(Open("/dev/full", O_RDWR), 3);
  EXPECT_EQ(Write(3, "x"), -ENOSPC);
  EXPECT_EQ(Open("/dev/urandom", O_RDONLY), 4);
  EXPECT_EQ(kernel_.Read(process_, 4, buffer_, 100), 100);
  EXPECT_NE(std::string(buffer_, 100), std::string(100, buffer_[0]));
  EXPECT_EQ(Write(0, "x"), 1);
  EXPECT_EQ(kernel_.Read(process_, 0, buffer_, 1), 0);
}

TEST_F(KernelCalls, TheEndOfAProcessGivesItsLocksBack) {
  Process& other = kernel_.StartProcess(&process_);
  EXPECT_EQ(Open("/f"), 3);
  EXPECT_EQ(kernel_.Open(other, "/f", O_RDWR, 0), 3);
  EXPECT_EQ(kernel_.Flock(process_, 3, LOCK_EX), 0);
  EXPECT_EQ(kernel_.Flock(other, 3, LOCK_SH), kBlocks);
  kernel_.EndProcess(process_, 9);
  EXPECT_EQ(kernel_.TakeWoken(), std::vector<const void*>{other.waits_for});
  EXPECT_EQ(kernel_.Flock(other, 3, LOCK_SH), 0);
  EXPECT_TRUE(kernel_.FindProcess(process_.pid)->exited);
}

TEST_F(KernelCalls, ADescriptionLivesAsLongAsOneProcessHasIt) {
  Process& child = kernel_.StartProcess(&process_);
  EXPECT_EQ(Open("/f"), 3);
  child.files[3] = process_.files[3];  // inherited
  EXPECT_EQ(kernel_.Flock(process_, 3, LOCK_EX), 0);
  EXPECT_EQ(kernel_.Unlink(process_, "/f"), 0);
  EXPECT_EQ(kernel_.Close(process_, 3), 0);
  EXPECT_EQ(kernel_.Write(child, 3, "abc", 3), 3);
  EXPECT_FALSE(child.files[3].file->inode->locks.empty());
  EXPECT_EQ(kernel_.used_bytes(), 4096);
  kernel_.EndProcess(child, 0);
  EXPECT_EQ(kernel_.used_bytes(), 0);
}

TEST_F(KernelCalls, DescriptorsEnd) {
  for (int fd = 3; fd < 1024; ++fd) ASSERT_EQ(Open("/f"), fd);
  EXPECT_EQ(Open("/f"), -EMFILE);
  EXPECT_EQ(kernel_.Dup(process_, 3, 0, false), -EMFILE);
}

TEST_F(KernelCalls, AReadOnlyDiskRefusesEveryChange) {
  EXPECT_EQ(Open("/f"), 3);
  EXPECT_EQ(kernel_.MakeDirectory(process_, "/d", 0755), 0);
  kernel_.rules().read_only = true;
  EXPECT_EQ(Open("/g"), -EROFS);
  EXPECT_EQ(Open("/f", O_RDWR), -EROFS);
  EXPECT_EQ(Open("/f", O_RDONLY | O_CREAT), 4);
  EXPECT_EQ(Open("/dev/null", O_RDWR), 5);
  EXPECT_EQ(Write(3, "x"), -EROFS);
  EXPECT_EQ(kernel_.Truncate(process_, 3, 0), -EROFS);
  EXPECT_EQ(kernel_.MakeDirectory(process_, "/e", 0755), -EROFS);
  EXPECT_EQ(kernel_.MakeDirectory(process_, "/d", 0755), -EEXIST);
  EXPECT_EQ(kernel_.RemoveDirectory(process_, "/d"), -EROFS);
  EXPECT_EQ(kernel_.Unlink(process_, "/f"), -EROFS);
  EXPECT_EQ(kernel_.Link(process_, "/f", "/g"), -EROFS);
  EXPECT_EQ(kernel_.Symlink(process_, "f", "/g"), -EROFS);
  EXPECT_EQ(kernel_.Rename(process_, "/f", "/g", 0), -EROFS);
  EXPECT_EQ(kernel_.ChangeMode(process_, "/f", 0), -EROFS);
  EXPECT_EQ(kernel_.Access(process_, "/f", W_OK), -EROFS);
  EXPECT_EQ(kernel_.SetTimes(process_, "/f", 1), -EROFS);
  EXPECT_EQ(kernel_.Sync(process_, 3), -EROFS);
}

TEST_F(KernelCalls, RulesSwitchCallsOff) {
  EXPECT_EQ(Open("/f"), 3);
  EXPECT_EQ(Open("/g"), 4);
  EXPECT_EQ(Open("/", O_RDONLY), 5);
  DiskRules& rules = kernel_.rules();
  rules.exchange = rules.hard_links = rules.directory_sync = rules.copy_range = false;
  rules.type = 0x6969;
  EXPECT_EQ(kernel_.Rename(process_, "/f", "/g", RENAME_EXCHANGE), -EINVAL);
  EXPECT_EQ(kernel_.Link(process_, "/f", "/h"), -EPERM);
  EXPECT_EQ(kernel_.Sync(process_, 5), -EINVAL);
  EXPECT_EQ(kernel_.CopyRange(process_, 3, nullptr, 4, nullptr, 10), -EXDEV);
  struct statfs out {};
  EXPECT_EQ(kernel_.Statfs(process_, "/f", out), 0);
  EXPECT_EQ(out.f_type, 0x6969);
}

TEST_F(KernelCalls, TimesAreAsCoarseAsTheDisk) {
  EXPECT_EQ(Open("/f"), 3);
  const int64_t before = Mtime("/f");
  now_ += 3'000'000;
  Write(3, "x");
  EXPECT_EQ(Mtime("/f"), before);
  now_ += 3'000'000;
  Write(3, "x");
  EXPECT_EQ(Mtime("/f"), before + 4'000'000);
}

TEST_F(KernelCalls, WhoMayNotWriteAFileMapsItForReadingOnly) {
  EXPECT_EQ(Open("/f"), 3);
  EXPECT_EQ(Open("/f", O_RDONLY), 4);
  EXPECT_EQ(Open("/f", O_WRONLY), 5);
  EXPECT_EQ(kernel_.Map(process_, 4, 0, 4096, true), -EACCES);
  EXPECT_EQ(kernel_.Map(process_, 5, 0, 4096, false), -EACCES);
  EXPECT_EQ(kernel_.Map(process_, 4, 0, 4096, false), kernel_.Map(process_, 3, 0, 4096, true));
  EXPECT_EQ(kernel_.Map(process_, 3, 1, 4096, true), -EINVAL);
  EXPECT_EQ(kernel_.Map(process_, 3, 0, 0, true), -EINVAL);
  EXPECT_EQ(kernel_.Map(process_, 0, 0, 4096, true), -ENODEV);
  EXPECT_EQ(kernel_.Map(process_, 9, 0, 4096, true), -EBADF);
  EXPECT_EQ(kernel_.Map(process_, 3, 0, int64_t{1} << 30, true), -ENOMEM);
}

TEST_F(KernelCalls, ALossOfPowerEndsProcessesAndLocks) {
  EXPECT_EQ(Open("/f"), 3);
  kernel_.SyncAll();
  EXPECT_EQ(kernel_.Flock(process_, 3, LOCK_EX), 0);
  const int pid = process_.pid;
  Random random(1, "power");
  kernel_.LosePower(random);
  EXPECT_EQ(kernel_.FindProcess(pid), nullptr);
  Process& next = kernel_.StartProcess(nullptr);
  EXPECT_EQ(next.pid, pid);
  EXPECT_EQ(kernel_.Open(next, "/f", O_RDWR, 0), 3);
  EXPECT_EQ(kernel_.Flock(next, 3, LOCK_EX | LOCK_NB), 0);
}

}  // namespace
}  // namespace sim
