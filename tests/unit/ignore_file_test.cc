// .beads/.gitignore of older workspaces: what is missing, and that nothing else is touched.
#include "engine/session/ignore_file.h"

#include <gtest/gtest.h>

#include "engine/session/templates.h"

namespace bd {
namespace {

TEST(IgnoreFile, OursHasAll) { EXPECT_TRUE(MissingIgnores(templates::kIgnore).empty()); }

TEST(IgnoreFile, PatternsOfTheUsersOwnCount) {
  EXPECT_TRUE(MissingIgnores("*").empty());
  EXPECT_TRUE(MissingIgnores(" daemon* \r\nbd.sock.*\n").empty());
  EXPECT_TRUE(MissingIgnores("/daemon?*\n**bd*s*k***").empty());
  EXPECT_TRUE(MissingIgnores(std::string(5000, '*')).empty());
}

TEST(IgnoreFile, WhatDoesNotCoverThemDoesNot) {
  const size_t all = MissingIgnores("").size();
  EXPECT_EQ(all, 5u);
  EXPECT_EQ(MissingIgnores("# *\n!*\ndaemon\n*.db?*\nx*").size(), all);
  EXPECT_EQ(MissingIgnores("daemon-error*").size(), all - 1);
  EXPECT_EQ(MissingIgnores("daemon.log\nbd.sock").size(), all) << "those of 0.49.6 leave our .1 and .new";
}

}  // namespace
}  // namespace bd
