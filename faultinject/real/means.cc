#include "faultinject/real/means.h"

#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace fault::real {

namespace {

constexpr int kNamespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET;

// 0, or what forbids it. Tried by a child: whoever is in a new namespace does not come out again.
int TryNamespaces(int flags) {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(unshare(flags) == 0 ? 0 : errno);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

std::string TryAction(uint32_t action) {
  if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0) return "";
  return std::string("seccomp: ") + strerror(errno);
}

}  // namespace

Means LookForMeans() {
  Means means;
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi > 0) {
    means.landlock_abi = static_cast<int>(abi);
  } else {
    means.no_landlock = std::string("Landlock: ") + strerror(errno);
  }
  means.no_seccomp = TryAction(SECCOMP_RET_ERRNO);
  means.no_notices = TryAction(SECCOMP_RET_USER_NOTIF);
  int error = TryNamespaces(kNamespaces);
  if (error != 0 && TryNamespaces(kNamespaces | CLONE_NEWUSER) == 0) {
    means.user_namespace = true;
    error = 0;
  }
  if (error != 0) means.no_namespaces = std::string("namespaces: ") + strerror(error);
  return means;
}

}  // namespace fault::real
