// Names: links, directories, renames.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/calls/syscall.h"

namespace sim {

namespace {

// What opendir gives; the program sees it as a DIR.
struct OpenDirectory {
  std::vector<DirectoryEntry> entries;
  size_t next = 0;
  dirent present{};
};

int Rename(const char* from, const char* to, unsigned flags) {
  const Op op = (flags & RENAME_EXCHANGE) ? Op::kExchange : Op::kRename;
  return static_cast<int>(Syscall({op, from, to}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().Rename(process, from, to, flags);
  }));
}

// The order of a directory is nobody's promise.
void Shuffle(std::vector<DirectoryEntry>& entries) {
  for (size_t i = entries.size(); i > 1; --i) std::swap(entries[i - 1], entries[TheWorld().data().Below(i)]);
}

std::optional<int64_t> Nanos(const timespec& time) {
  if (time.tv_nsec == UTIME_OMIT) return std::nullopt;
  if (time.tv_nsec == UTIME_NOW) return TheWorld().clocks().wall_ns();
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

extern "C" {

int sim_unlink(const char* path) {
  return static_cast<int>(Syscall({Op::kUnlink, path}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().Unlink(process, path);
  }));
}

int sim_link(const char* from, const char* to) {
  return static_cast<int>(Syscall({Op::kLink, from, to}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().Link(process, from, to);
  }));
}

int sim_rename(const char* from, const char* to) { return Rename(from, to, 0); }

int sim_renameat2(int from_directory, const char* from, int to_directory, const char* to, unsigned flags) {
  if (from_directory != AT_FDCWD || to_directory != AT_FDCWD)
    TheWorld().Unknown("renameat2 with a directory");
  return Rename(from, to, flags);
}

int sim_mkdir(const char* path, mode_t mode) {
  return static_cast<int>(Syscall({Op::kMkdir, path}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().MakeDirectory(process, path, mode);
  }));
}

int sim_rmdir(const char* path) {
  return static_cast<int>(Syscall({Op::kRmdir, path}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().RemoveDirectory(process, path);
  }));
}

ssize_t sim_readlink(const char* path, char* buffer, size_t size) {
  std::string target;
  const int64_t got = Syscall({Op::kReadlink, path}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().ReadLink(process, path, target);
  });
  if (got < 0) return -1;
  const size_t count = std::min(size, target.size());
  memcpy(buffer, target.data(), count);
  return static_cast<ssize_t>(count);
}

char* sim_getcwd(char* buffer, size_t size) {
  if (buffer == nullptr) TheWorld().Unknown("getcwd that allocates");
  std::string path;
  const Outcome outcome = TheWorld().kernel().CurrentDirectory(*TheWorld().running().process, path);
  if (outcome < 0) return Result(outcome), nullptr;
  if (path.size() + 1 > size) return Result(-ERANGE), nullptr;
  return static_cast<char*>(memcpy(buffer, path.c_str(), path.size() + 1));
}

DIR* sim_opendir(const char* path) {
  auto directory = std::make_unique<OpenDirectory>();
  const int64_t result = Syscall({Op::kList, path}, [&](Process& process, const Verdict&) -> Outcome {
    Kernel& kernel = TheWorld().kernel();
    const Outcome fd = kernel.Open(process, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0) return fd;
    const Outcome listed = kernel.ListDirectory(process, static_cast<int>(fd), directory->entries);
    kernel.Close(process, static_cast<int>(fd));
    return listed < 0 ? listed : 0;
  });
  if (result < 0) return nullptr;
  Shuffle(directory->entries);
  return reinterpret_cast<DIR*>(directory.release());
}

struct dirent* sim_readdir(DIR* handle) {
  auto* directory = reinterpret_cast<OpenDirectory*>(handle);
  if (directory->next == directory->entries.size()) return nullptr;
  const DirectoryEntry& entry = directory->entries[directory->next++];
  directory->present.d_ino = entry.inode;
  directory->present.d_type = DT_UNKNOWN;
  const size_t length = std::min(entry.name.size(), sizeof directory->present.d_name - 1);
  memcpy(directory->present.d_name, entry.name.data(), length);
  directory->present.d_name[length] = '\0';
  return &directory->present;
}

int sim_closedir(DIR* handle) {
  delete reinterpret_cast<OpenDirectory*>(handle);
  return 0;
}

int sim_futimens(int fd, const struct timespec times[2]) {
  return static_cast<int>(Syscall({Op::kTimes, PathOf(fd), {}, fd}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().SetTimesFd(process, fd,
                                          times ? Nanos(times[1]) : TheWorld().clocks().wall_ns());
  }));
}

int sim_utimensat(int directory, const char* path, const struct timespec times[2], int) {
  if (directory != AT_FDCWD) TheWorld().Unknown("utimensat with a directory");
  return static_cast<int>(Syscall({Op::kTimes, path}, [&](Process& process, const Verdict&) {
    return TheWorld().kernel().SetTimes(process, path,
                                        times ? Nanos(times[1]) : TheWorld().clocks().wall_ns());
  }));
}

}  // extern "C"

}  // namespace sim
