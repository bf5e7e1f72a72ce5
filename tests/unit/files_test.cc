// engine/os/files.h: what each call leaves behind, and how it fails.
#include "engine/os/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/os/clock.h"
#include "tests/support/workspace.h"

namespace bd::os {
namespace {

void WriteFile(const std::string& path, std::string_view bytes) {
  Fd file = Must(CreateNew(path, 0644));
  Must(Write(file, bytes));
}

TEST(FilesDescriptor, IsClosedOnceByItsOwner) {
  TemporaryDirectory directory;
  Fd first = Must(CreateNew(directory.Path("a"), 0644));
  const int number = first.get();
  Fd second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT: moved from
  EXPECT_EQ(second.get(), number);
  EXPECT_TRUE(fcntl(number, F_GETFD) & FD_CLOEXEC);
  second = Fd();
  EXPECT_EQ(fcntl(number, F_GETFD), -1);
}

TEST(FilesErrors, HaveTheCodeThatCallersReactTo) {
  TemporaryDirectory directory;
  WriteFile(directory.Path("file"), "x");
  EXPECT_EQ(OpenRead(directory.Path("none")).error().code, Code::kNotFound);
  EXPECT_EQ(OpenRead(directory.Path("file/below")).error().code, Code::kNotFound);
  EXPECT_EQ(Stat(directory.Path("none")).error().code, Code::kNotFound);
  EXPECT_EQ(CreateNew(directory.Path("file"), 0644).error().code, Code::kConflict);
  EXPECT_EQ(Link(directory.Path("file"), directory.Path("file")).error().code, Code::kConflict);
  EXPECT_EQ(SystemError(EROFS, "open", "p").code, Code::kDenied);
  EXPECT_EQ(SystemError(ENOSPC, "write", "p").code, Code::kIo);
  EXPECT_EQ(SystemError(ENOENT, "open", "p").message, "open p: no such file or directory");
}

TEST(FilesStat, FollowsLinksAndTellsFilesApart) {
  TemporaryDirectory directory;
  WriteFile(directory.Path("file"), "12345");
  ASSERT_EQ(symlink("file", directory.Path("link").c_str()), 0);
  const FileInfo info = Must(Stat(directory.Path("link")));
  EXPECT_EQ(info.kind, FileKind::kRegular);
  EXPECT_EQ(info.size, 5);
  EXPECT_EQ(info.mode, 0644u);
  EXPECT_TRUE(SameFile(info, Must(Stat(Must(OpenRead(directory.Path("file")))))));
  EXPECT_EQ(Must(Stat(directory.path())).kind, FileKind::kDirectory);
  EXPECT_TRUE(IsDirectory(directory.path()));
  EXPECT_FALSE(IsDirectory(directory.Path("file")));
  EXPECT_FALSE(Exists(directory.Path("none")));
}

TEST(FilesReading, EndsAtTheEndAndAtTheLimit) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("file");
  WriteFile(path, std::string(100'000, 'x') + "end");
  EXPECT_EQ(Must(ReadFile(path)).size(), 100'003);
  EXPECT_EQ(Must(ReadFile(path, 100'003)).size(), 100'003);
  const Result<std::string> cut = ReadFile(path, 100'002);
  EXPECT_EQ(cut.error().code, Code::kInvalid);
  EXPECT_EQ(cut.error().message, Cat(path, ": input is larger than 100002 bytes"));
  char buffer[16];
  const Fd file = Must(OpenRead(path));
  EXPECT_EQ(Must(ReadAt(file, buffer, sizeof buffer, 100'000)), 3u);
  EXPECT_EQ(std::string(buffer, 3), "end");
  EXPECT_EQ(Must(ReadAt(file, buffer, sizeof buffer, 200'000)), 0u);
}

TEST(FilesReplace, TheOldFileStaysWholeForThoseWhoHaveItOpen) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("file");
  WriteFile(path, "the older text");
  const Fd before = Must(OpenRead(path));
  Must(ReplaceFile(path, "new", 0600));
  EXPECT_EQ(Must(ReadFile(path)), "new");
  EXPECT_EQ(Must(ReadToEnd(before.get())), "the older text");
  EXPECT_FALSE(SameFile(Must(Stat(before)), Must(Stat(path))));
  EXPECT_EQ(Must(Stat(path)).mode, 0600u);
  EXPECT_EQ(Must(ListDirectory(directory.path())), std::vector<std::string>{"file"});
}

TEST(FilesReplace, WhatFailsLeavesEverythingAsItWas) {
  TemporaryDirectory directory;
  Must(MakeDirectory(directory.Path("target"), 0755));
  WriteFile(directory.Path("target/inside"), "x");
  EXPECT_FALSE(ReplaceFile(directory.Path("target"), "new", 0644));
  EXPECT_EQ(Must(ListDirectory(directory.path())), std::vector<std::string>{"target"});
  EXPECT_EQ(ReplaceFile(directory.Path("none/file"), "new", 0644).error().code, Code::kNotFound);
}

TEST(FilesOverwrite, TheFileStaysTheSameAndLosesItsOldEnd) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("file");
  Must(OverwriteFile(path, "a longer text", 0640));
  const FileInfo before = Must(Stat(path));
  EXPECT_EQ(before.mode, 0640u);
  Must(OverwriteFile(path, "short", 0600));
  EXPECT_TRUE(SameFile(before, Must(Stat(path))));
  EXPECT_EQ(Must(Stat(path)).mode, 0640u);
  EXPECT_EQ(Must(ReadFile(path)), "short");
  Must(OverwriteFile(path, "", 0600));
  EXPECT_EQ(Must(ReadFile(path)), "");
}

TEST(FilesCopyRange, CopiesTheRangeToTheEndOfTheTarget) {
  TemporaryDirectory directory;
  WriteFile(directory.Path("from"), "0123456789");
  const Fd from = Must(OpenRead(directory.Path("from")));
  Fd to = Must(CreateNew(directory.Path("to"), 0644));
  Must(Write(to, ">"));
  Must(CopyRange(from, 3, 4, to));
  Must(CopyRange(from, 0, 0, to));
  Must(CopyRange(from, 9, 1, to));
  EXPECT_EQ(Must(ReadFile(directory.Path("to"))), ">34569");
}

TEST(FilesCopyRange, AFileThatEndsTooSoonIsNoSuccess) {
  TemporaryDirectory directory;
  WriteFile(directory.Path("from"), "0123456789");
  const Fd from = Must(OpenRead(directory.Path("from")));
  Fd to = Must(CreateNew(directory.Path("to"), 0644));
  EXPECT_EQ(CopyRange(from, 5, 10, to).error().code, Code::kReplaced);
}

// Two file systems, or one that cannot: the bytes come all the same.
TEST(FilesCopyRange, WorksWithoutTheHelpOfTheKernel) {
  TemporaryDirectory directory;
  const std::string bytes(3 << 20, 'y');
  WriteFile(directory.Path("from"), bytes);
  const Fd from = Must(OpenRead(directory.Path("from")));
  Fd to = Must(OpenAppend(directory.Path("to"), 0644));  // refused by copy_file_range
  Must(CopyRange(from, 1, static_cast<int64_t>(bytes.size()) - 1, to));
  EXPECT_EQ(Must(Stat(to)).size, static_cast<int64_t>(bytes.size()) - 1);
}

TEST(FilesNames, ExchangeSwapsAndNeedsBoth) {
  TemporaryDirectory directory;
  WriteFile(directory.Path("a"), "A");
  WriteFile(directory.Path("b"), "B");
  const Result<bool> done = Exchange(directory.Path("a"), directory.Path("b"));
  ASSERT_TRUE(done);
  if (*done) {
    EXPECT_EQ(Must(ReadFile(directory.Path("a"))), "B");
    EXPECT_EQ(Must(ReadFile(directory.Path("b"))), "A");
  }
  EXPECT_EQ(Exchange(directory.Path("a"), directory.Path("none")).error().code, Code::kNotFound);
}

TEST(FilesNames, RenamedIsSyncedWithItsDirectory) {
  TemporaryDirectory directory;
  {
    Fd file = Must(CreateNew(directory.Path("temporary"), 0644));
    Must(Write(file, "x"));
    Must(Sync(file));
  }
  Must(Rename(directory.Path("temporary"), directory.Path("file")));
  Must(SyncDirectory(directory.path()));
  EXPECT_FALSE(Exists(directory.Path("temporary")));
  EXPECT_EQ(SyncDirectory(directory.Path("file")).error().code, Code::kNotFound);
  Must(Link(directory.Path("file"), directory.Path("second")));
  Must(Unlink(directory.Path("file")));
  EXPECT_EQ(Must(ReadFile(directory.Path("second"))), "x");
  EXPECT_EQ(Unlink(directory.Path("file")).error().code, Code::kNotFound);
}

TEST(FilesDirectories, AreMadeWithTheirParentsOnceAndListedInOrder) {
  TemporaryDirectory directory;
  Must(MakeDirectories(directory.Path("a/b/c"), 0755));
  Must(MakeDirectories(directory.Path("a/b/c"), 0755));
  WriteFile(directory.Path("a/z"), "");
  WriteFile(directory.Path("a/Z"), "");
  WriteFile(directory.Path("a/.hidden"), "");
  EXPECT_EQ(Must(ListDirectory(directory.Path("a"))), (std::vector<std::string>{".hidden", "Z", "b", "z"}));
  EXPECT_FALSE(MakeDirectory(directory.Path("a/z"), 0755));
  EXPECT_FALSE(RemoveDirectory(directory.Path("a")));
  Must(RemoveDirectory(directory.Path("a/b/c")));
  EXPECT_EQ(ListDirectory(directory.Path("none")).error().code, Code::kNotFound);
}

TEST(FilesTimes, AreSetToTheNanosecondAndTouchedToNow) {
  TemporaryDirectory directory;
  Fd file = Must(CreateNew(directory.Path("file"), 0644));
  Must(SetModificationTime(file, 1'600'000'000'123'456'789));
  EXPECT_EQ(Must(Stat(file)).mtime_ns, 1'600'000'000'123'456'789);
  const int64_t before = WallNanos();
  Must(Touch(directory.Path("file")));
  EXPECT_NEAR(static_cast<double>(Must(Stat(file)).mtime_ns), static_cast<double>(before), 5e9);
  Must(SetMode(file, 0600));
  EXPECT_EQ(Must(Stat(file)).mode, 0600u);
  EXPECT_EQ(Touch(directory.Path("none")).error().code, Code::kNotFound);
}

TEST(FilesAppend, GoesBehindWhateverIsThere) {
  TemporaryDirectory directory;
  const std::string path = directory.Path("file");
  Fd one = Must(OpenAppend(path, 0644));
  Fd other = Must(OpenAppend(path, 0644));
  Must(Write(one, "1"));
  Must(Write(other, "2"));
  Must(Write(one, "3"));
  EXPECT_EQ(Must(ReadFile(path)), "123");
}

TEST(FilesSystem, TheKindOfAFileSystemIsKnownWhereThereIsOne) {
  EXPECT_NE(FileSystemType("/"), 0u);
  EXPECT_EQ(FileSystemType("/nowhere/at/all"), 0u);
}

TEST(FilesStreams, ReadToEndTakesWhatAPipeHas) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Fd from(ends[0]), to(ends[1]);
  Must(Write(to, "some bytes"));
  to.Close();
  EXPECT_EQ(Must(ReadToEnd(from.get())), "some bytes");
}

}  // namespace
}  // namespace bd::os
