// engine/os/environment.h: what the process was given.
#include "engine/os/environment.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

namespace bd::os {
namespace {

TEST(Environment, AnUnsetVariableIsEmptyAndToldApart) {
  unsetenv("BD_UNIT_TEST");
  EXPECT_EQ(GetEnv("BD_UNIT_TEST"), "");
  EXPECT_FALSE(HasEnv("BD_UNIT_TEST"));
  setenv("BD_UNIT_TEST", "", 1);
  EXPECT_EQ(GetEnv("BD_UNIT_TEST"), "");
  EXPECT_TRUE(HasEnv("BD_UNIT_TEST"));
  setenv("BD_UNIT_TEST", "a=b", 1);
  EXPECT_EQ(GetEnv("BD_UNIT_TEST"), "a=b");
  unsetenv("BD_UNIT_TEST");
}

TEST(Environment, AProcessHasAHostAndANumber) {
  EXPECT_NE(HostName(), "");
  EXPECT_EQ(ProcessId(), getpid());
}

TEST(Environment, APipeIsNoTerminal) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_FALSE(IsTerminal(ends[0]));
  EXPECT_EQ(TerminalWidth(ends[0]), 0);
  close(ends[0]);
  close(ends[1]);
  EXPECT_FALSE(IsTerminal(ends[0]));
}

}  // namespace
}  // namespace bd::os
