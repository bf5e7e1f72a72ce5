// engine/os/path.h: paths as text, and where links lead.
#include "engine/os/path.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/workspace.h"

namespace bd::os {
namespace {

TEST(Path, PartsAreThoseOfThePosixTools) {
  EXPECT_EQ(JoinPath("/a", "b"), "/a/b");
  EXPECT_EQ(JoinPath("/a/", "b"), "/a/b");
  EXPECT_EQ(JoinPath("/a", "/b"), "/b");
  EXPECT_EQ(JoinPath("", "b"), "b");
  EXPECT_EQ(DirectoryOf("/a/b"), "/a");
  EXPECT_EQ(DirectoryOf("/a"), "/");
  EXPECT_EQ(DirectoryOf("a"), ".");
  EXPECT_EQ(NameOf("/a/b"), "b");
  EXPECT_EQ(NameOf("b"), "b");
}

TEST(Path, CleaningTakesAwayWhatLeadsNowhere) {
  const struct {
    const char *path, *clean;
  } kCases[] = {{"", "."},
                {".", "."},
                {"/", "/"},
                {"//a//b/", "/a/b"},
                {"a/./b", "a/b"},
                {"a/../b", "b"},
                {"a/..", "."},
                {"../a", "../a"},
                {"../../a", "../../a"},
                {"/../a", "/a"},
                {"a/../../b", "../b"},
                {"/a/../../b", "/b"}};
  for (const auto& c : kCases) EXPECT_EQ(CleanPath(c.path), c.clean) << c.path;
}

TEST(Path, AbsoluteIsSeenFromTheCurrentDirectory) {
  const std::string here = Must(CurrentDirectory());
  EXPECT_EQ(Must(AbsolutePath("x/../y")), CleanPath(here + "/y"));
  EXPECT_EQ(Must(AbsolutePath("/x//y")), "/x/y");
}

TEST(Path, EveryLinkIsFollowed) {
  TemporaryDirectory directory;
  Must(MakeDirectories(directory.Path("real/inner"), 0755));
  ASSERT_EQ(symlink("real", directory.Path("link").c_str()), 0);
  ASSERT_EQ(symlink("../link/inner", directory.Path("real/again").c_str()), 0);
  ASSERT_EQ(symlink(directory.Path("real/inner").c_str(), directory.Path("absolute").c_str()), 0);
  EXPECT_EQ(Must(RealPath(directory.Path("link/inner"))), directory.Path("real/inner"));
  EXPECT_EQ(Must(RealPath(directory.Path("link/again/file"))), directory.Path("real/inner/file"));
  EXPECT_EQ(Must(RealPath(directory.Path("absolute/.."))), directory.Path("real"));
  EXPECT_EQ(Must(RealPath(directory.Path("./link/"))), directory.Path("real"));
  EXPECT_EQ(Must(RealPath("/..")), "/");
}

TEST(Path, TheLastPartNeedNotExist) {
  TemporaryDirectory directory;
  EXPECT_EQ(Must(RealPath(directory.Path("none"))), directory.Path("none"));
  // Also where a link leads to it.
  ASSERT_EQ(symlink("none", directory.Path("dangling").c_str()), 0);
  EXPECT_EQ(Must(RealPath(directory.Path("dangling"))), directory.Path("none"));
}

TEST(Path, ACircleOfLinksIsAnError) {
  TemporaryDirectory directory;
  ASSERT_EQ(symlink("b", directory.Path("a").c_str()), 0);
  ASSERT_EQ(symlink("a", directory.Path("b").c_str()), 0);
  EXPECT_EQ(RealPath(directory.Path("a")).error().code, Code::kInvalid);
  EXPECT_EQ(RealPath(directory.Path("a/below")).error().code, Code::kInvalid);
}

TEST(Path, AFileIsNoDirectory) {
  TemporaryDirectory directory;
  Must(ReplaceFile(directory.Path("file"), "", 0644));
  EXPECT_EQ(RealPath(directory.Path("file/below")).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace bd::os
