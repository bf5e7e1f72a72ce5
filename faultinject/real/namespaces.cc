#include "faultinject/real/namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace fault::real {

namespace {

std::string Wrong(const std::string& what) { return what + ": " + strerror(errno); }

bool WriteText(const char* path, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool done = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(file);
  return done;
}

}  // namespace

std::string EnterNamespaces(int flags) {
  const std::string user = std::to_string(geteuid()), group = std::to_string(getegid());
  if (unshare(flags) != 0) return Wrong("namespaces");
  if ((flags & CLONE_NEWUSER) == 0) return "";
  const bool mapped = WriteText("/proc/self/setgroups", "deny") &&
                      WriteText("/proc/self/uid_map", user + " " + user + " 1") &&
                      WriteText("/proc/self/gid_map", group + " " + group + " 1");
  return mapped ? "" : Wrong("user namespace");
}

}  // namespace fault::real
