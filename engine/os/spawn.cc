#include "engine/os/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/path.h"

namespace bd::os {

namespace {

std::vector<std::string> EnvironmentOf(const EnvironmentChanges& changes) {
  std::vector<std::string> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const bool changed = std::any_of(
        changes.begin(), changes.end(),
        [name = text.substr(0, text.find('='))](const auto& change) { return change.first == name; });
    if (!changed) entries.emplace_back(text);
  }
  for (const auto& [name, value] : changes) {
    if (value) entries.push_back(Cat(name, "=", *value));
  }
  return entries;
}

// As execvp looks for it, but before there is a child, so that its absence is an error of its own.
Result<std::string> FindProgram(const std::string& name) {
  Error error = SystemError(ENOENT, "run", name);
  const bool is_path = name.find('/') != std::string::npos;
  for (const std::string& directory : is_path ? std::vector<std::string>{""} : Split(GetEnv("PATH"), ':')) {
    const std::string path = is_path ? name : JoinPath(directory.empty() ? "." : directory, name);
    Result<FileInfo> info = Stat(path);
    if (!info || info->kind != FileKind::kRegular) continue;
    if (access(path.c_str(), X_OK) == 0) return path;
    error = SystemError(errno, "run", path);
  }
  return error;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Result<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return SystemError(errno, "make", "a pipe");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

Result<pid_t> Spawn(const SpawnOptions& options) {
  const std::string program = TRY(FindProgram(options.arguments[0]));
  std::vector<std::string> arguments = options.arguments, environment = EnvironmentOf(options.environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const int count = static_cast<int>(options.descriptors.size());
  for (int i = 0; i < count; ++i)
    posix_spawn_file_actions_adddup2(&actions, options.descriptors[i]->get(), i);
  posix_spawn_file_actions_addclosefrom_np(&actions, count);
  if (!options.directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  const int group = options.own_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
  posix_spawnattr_setflags(&attributes,
                           static_cast<short>(group | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
  sigset_t signals;
  sigemptyset(&signals);
  // Signals that we receive in another way (os/signals.h) are to reach the child as usual.
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, program.c_str(), &actions, &attributes, Pointers(arguments).data(),
                                 Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return SystemError(failed, "run", options.arguments[0]);
  return pid;
}

}  // namespace bd::os
