// engine/os/process.h: running other programs, and what becomes of those that do not behave.
#include "engine/os/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "engine/os/clock.h"
#include "tests/support/workspace.h"

namespace bd::os {
namespace {

ProcessOptions Shell(const std::string& script) {
  ProcessOptions options;
  options.arguments = {"sh", "-c", script};
  return options;
}

// Whether the file is there within a few seconds.
bool Appears(const std::string& path) {
  for (const int64_t end = MonotonicMs() + 10'000; MonotonicMs() < end; SleepMs(5)) {
    if (Exists(path)) return true;
  }
  return false;
}

bool Ends(int pid) {
  for (const int64_t end = MonotonicMs() + 10'000; MonotonicMs() < end; SleepMs(5)) {
    // A process that nobody has waited for yet is at its end too.
    Result<std::string> status = ReadFile(Cat("/proc/", pid, "/stat"));
    if (!status || status->find(") Z ") != std::string::npos) return true;
  }
  return false;
}

TEST(Process, OutputErrorsAndExitCodeComeBack) {
  const ProcessResult result = Must(RunProcess(Shell("echo out; echo err >&2; exit 7")));
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(Must(RunProcess(Shell("kill -TERM $$"))).exit_code, 128 + SIGTERM);
}

TEST(Process, ArgumentsArriveAsTheyAre) {
  ProcessOptions options;
  options.arguments = {"printf", "%s|", "a b", "", "*", "\"q\"", "$HOME", "é\n"};
  EXPECT_EQ(Must(RunProcess(options)).output, "a b||*|\"q\"|$HOME|é\n|");
}

TEST(Process, InputOfAnyLengthIsGivenWhileOutputIsTaken) {
  ProcessOptions options;
  options.arguments = {"cat"};
  for (int i = 0; i < 300'000; ++i) options.input += static_cast<char>('a' + i % 26);
  EXPECT_EQ(Must(RunProcess(options)).output, options.input);
  options.input.clear();
  EXPECT_EQ(Must(RunProcess(options)).output, "");  // an end at once, not our own input
}

TEST(Process, AProgramThatDoesNotReadItsInputDoesNotEndUs) {
  ProcessOptions options = Shell("exec 0<&-; exit 3");
  options.input = std::string(1'000'000, 'x');
  EXPECT_EQ(Must(RunProcess(options)).exit_code, 3);
}

TEST(Process, RunsWhereAndWithWhatItIsTold) {
  TemporaryDirectory directory;
  ProcessOptions options = Shell("pwd; echo \"$SET/${HOME-none}\"");
  options.directory = directory.path();
  options.environment = {{"SET", "value"}, {"HOME", std::nullopt}};
  EXPECT_EQ(Must(RunProcess(options)).output, Cat(directory.path(), "\nvalue/none\n"));
}

TEST(Process, AMissingProgramIsNotFound) {
  ProcessOptions options;
  for (const char* name : {"no-such-program-anywhere", "/no/such/program", "./no-such-program"}) {
    options.arguments = {name};
    EXPECT_EQ(RunProcess(options).error().code, Code::kNotFound) << name;
    EXPECT_NE(RunProcess(options).error().message.find(name), std::string::npos) << name;
    EXPECT_EQ(StartProcess(options).error().code, Code::kNotFound) << name;
  }
}

TEST(Process, WhatMayNotBeRunIsDenied) {
  TemporaryDirectory directory;
  Must(ReplaceFile(directory.Path("program"), "#!/bin/sh\n", 0644));
  ProcessOptions options;
  options.arguments = {directory.Path("program")};
  EXPECT_EQ(RunProcess(options).error().code, Code::kDenied);
  EXPECT_EQ(StartProcess(options).error().code, Code::kDenied);
}

TEST(Process, ATimeOutEndsItWithEverythingThatItStarted) {
  TemporaryDirectory directory;
  ProcessOptions options = Shell("sleep 300 & echo $! > child; sleep 300");
  options.directory = directory.path();
  options.timeout_ms = 300;
  const int64_t begin = MonotonicMs();
  const Result<ProcessResult> result = RunProcess(options);
  EXPECT_EQ(result.error().code, Code::kBusy);
  EXPECT_LT(MonotonicMs() - begin, 20'000);
  const auto child = ParseInt(Trim(Must(ReadFile(directory.Path("child")))));
  ASSERT_TRUE(child.has_value());
  EXPECT_TRUE(Ends(static_cast<int>(*child)));
}

TEST(Process, ATimeOutIsOneAlsoForWhoHasClosedItsOutputs) {
  ProcessOptions options = Shell("exec >&- 2>&-; sleep 300");
  options.timeout_ms = 300;
  const int64_t begin = MonotonicMs();
  const Result<ProcessResult> result = RunProcess(options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kBusy);
  EXPECT_LT(MonotonicMs() - begin, 20'000);
}

TEST(Process, TooMuchOutputEndsIt) {
  for (const char* script : {"yes", "yes >&2"}) {
    ProcessOptions options = Shell(script);
    options.output_max = 10'000;
    EXPECT_EQ(RunProcess(options).error().code, Code::kInvalid);
  }
  ProcessOptions options = Shell("printf 12345");
  options.output_max = 5;
  EXPECT_EQ(Must(RunProcess(options)).output, "12345");
}

TEST(Process, OutputMayGoToANewFileOfAnyLength) {
  TemporaryDirectory directory;
  ProcessOptions options = Shell("head -c 100000 /dev/zero; echo err >&2");
  options.output_max = 1'000;
  options.output_file = directory.Path("out");
  const ProcessResult result = Must(RunProcess(options));
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(result.errors, "err\n");
  EXPECT_EQ(Must(Stat(directory.Path("out"))).size, 100'000);
  EXPECT_EQ(RunProcess(options).error().code, Code::kConflict);  // nothing is overwritten
}

TEST(Process, OurDescriptorsAreNotTheirs) {
  TemporaryDirectory directory;
  Fd file = Must(CreateNew(directory.Path("file"), 0644));
  const int inherited = dup(file.get());  // without close-on-exec
  const std::string open = Must(RunProcess(Shell("ls -l /proc/$$/fd"))).output;
  close(inherited);
  EXPECT_EQ(open.find(directory.path()), std::string::npos) << open;
}

TEST(Process, BrokenPipesAreDeadlyForThemAndAsBeforeForUs) {
  const auto before = signal(SIGPIPE, SIG_DFL);
  // yes | head: without the default, yes would complain for ever.
  EXPECT_EQ(Must(RunProcess(Shell("yes | head -n 1"))).output, "y\n");
  EXPECT_EQ(signal(SIGPIPE, before), SIG_DFL);
}

TEST(Process, AStartedProgramGoesOnAlone) {
  TemporaryDirectory directory;
  ProcessOptions options = Shell("echo said; cat > input; mv input done");
  options.directory = directory.path();
  options.input = "text";
  const int64_t begin = MonotonicMs();
  Must(StartProcess(options));
  EXPECT_LT(MonotonicMs() - begin, 10'000);
  ASSERT_TRUE(Appears(directory.Path("done")));
  EXPECT_EQ(Must(ReadFile(directory.Path("done"))), "text");
}

}  // namespace
}  // namespace bd::os
