#include "faultinject/real/run.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "faultinject/real/assess.h"
#include "faultinject/real/filter.h"
#include "faultinject/real/grants.h"
#include "faultinject/real/mounts.h"
#include "faultinject/real/namespaces.h"
#include "faultinject/real/notices.h"

namespace fault::real {

namespace {

constexpr int kSignalBase = 128;

int Say(int code, const std::string& text) {
  fprintf(stderr, "bd-fault: %s\n", text.c_str());
  return code;
}
std::string Wrong(const std::string& what) { return what + ": " + strerror(errno); }

int CodeOf(int status) { return WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status) : WEXITSTATUS(status); }

int WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return CodeOf(status);
}

// --- What holds for the command itself, from the inside out

std::string SetSurroundings(const Profile& profile) {
  if (profile == Profile()) return "";  // no sandbox
  for (const Marker& marker : profile.markers) {
    if (marker.kind == Marker::Kind::kVariable) setenv(marker.name.c_str(), marker.value.c_str(), 1);
  }
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? "" : Wrong("no new privileges");
}

// Ends in the command.
int Become(const SandboxedCommand& command) {
  const Profile& profile = command.profile;
  std::string wrong = SetSurroundings(profile);
  if (wrong.empty()) wrong = JudgeCalls(profile, command.places);
  if (wrong.empty()) wrong = GrantRoots(profile, command.places);
  if (wrong.empty()) wrong = DenyCalls(profile, command.means);
  if (!wrong.empty()) return Say(kExitNotHere, wrong);
  std::vector<char*> words;
  for (const std::string& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  return Say(errno == ENOENT ? kExitNoCommand : kExitCannotRun, Wrong(command.words[0]));
}

// --- Namespaces

int FlagsFor(const SandboxedCommand& command) {
  int flags = 0;
  if (NeedsMounts(command.profile)) flags |= CLONE_NEWNS;
  if (command.profile.own_pids) flags |= CLONE_NEWPID;
  if (command.profile.no_network && HowToUnplug(command.means) == How::kNamespace) flags |= CLONE_NEWNET;
  if (flags != 0 && command.means.user_namespace) flags |= CLONE_NEWUSER;
  return flags;
}

// An empty directory that only those inside see as HOME: a file system of its own on top of it.
std::string ArrangeHome(const std::string& directory) {
  if (mount("bd-fault", directory.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") != 0) {
    return Wrong(directory);
  }
  setenv("HOME", directory.c_str(), 1);
  return "";
}

// The first process of a pid namespace: when it ends, the kernel kills all others.
int RunAsFirst(const SandboxedCommand& command) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    return Say(kExitNotHere, Wrong("/proc"));
  }
  const pid_t child = fork();
  if (child < 0) return Say(kExitNotHere, Wrong("fork"));
  if (child == 0) _exit(Become(command));
  int status = 0;
  for (pid_t ended = 0; ended != child;) {
    ended = wait(&status);
    if (ended < 0 && errno != EINTR) return Say(kExitNotHere, Wrong("wait"));
  }
  return CodeOf(status);
}

int RunInNamespaces(const SandboxedCommand& command, int flags, const std::string& home) {
  std::string wrong = EnterNamespaces(flags);
  if (wrong.empty() && NeedsMounts(command.profile)) wrong = ArrangeMounts(command.profile, command.places);
  if (wrong.empty() && !home.empty()) wrong = ArrangeHome(home);
  if (!wrong.empty()) return Say(kExitNotHere, wrong);
  if (!command.profile.own_pids) return Become(command);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const pid_t first = fork();
  if (first < 0) return Say(kExitNotHere, Wrong("fork"));
  if (first == 0) _exit(RunAsFirst(command));
  return WaitFor(first);
}

}  // namespace

int Run(const SandboxedCommand& command) {
  const int flags = FlagsFor(command);
  if (flags == 0) return Become(command);
  std::string home;
  if (command.profile.own_home) {
    home = command.places.tmp + "/bd-fault-home.XXXXXX";
    if (mkdtemp(home.data()) == nullptr) return Say(kExitNotHere, Wrong(home));
  }
  const int code = RunInChild([&] { return RunInNamespaces(command, flags, home); });
  if (!home.empty()) rmdir(home.c_str());
  return code;
}

int RunInChild(const std::function<int()>& run) {
  fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) return Say(kExitNotHere, Wrong("fork"));
  if (child == 0) _exit(run());
  return WaitFor(child);
}

}  // namespace fault::real
