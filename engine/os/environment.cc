#include "engine/os/environment.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace bd::os {

std::string GetEnv(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

bool HasEnv(const char* name) { return getenv(name) != nullptr; }

std::string HostName() {
  char name[256];
  if (gethostname(name, sizeof name) != 0) return "";
  name[sizeof name - 1] = '\0';
  return name;
}

uint32_t EffectiveUser() { return geteuid(); }
int ProcessId() { return getpid(); }

bool IsTerminal(int fd) { return isatty(fd) == 1; }

int TerminalWidth(int fd) {
  winsize size{};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace bd::os
