// bd/daemon/log: a log does not grow for ever, and goes on under its own name.
#include <gtest/gtest.h>

#include "bd/daemon/log.h"
#include "tests/support/must.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

TEST(DaemonLogs, OneThatIsTooLargeIsSetAsideAndANewOneBegun) {
  const TemporaryDirectory directory;
  const std::string path = directory.Path("daemon.log");
  const std::string much((11 << 20) - 1, 'x');
  Must(os::ReplaceFile(path, much + "\n", 0600));
  DaemonLog log(path);
  log.Info("first");
  log.Warn("second");
  EXPECT_EQ(Must(os::Stat(path + ".1")).size, 11 << 20);
  const std::string text = Must(os::ReadFile(path, 1 << 20));
  EXPECT_NE(text.find("level=INFO msg=\"first\""), std::string::npos) << text;
  EXPECT_NE(text.find("level=WARN msg=\"second\""), std::string::npos) << text;
}

}  // namespace
}  // namespace bd
