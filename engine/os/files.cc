#include "engine/os/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "engine/base/text.h"
#include "engine/os/random.h"

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif

namespace bd::os {

namespace {

Code CodeOf(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR: return Code::kNotFound;
    case EEXIST: return Code::kConflict;
    case EACCES:
    case EPERM:
    case EROFS: return Code::kDenied;
    default: return Code::kIo;
  }
}

FileInfo InfoOf(const struct stat& status) {
  auto nanos = [](const timespec& time) { return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; };
  FileInfo info;
  info.kind = S_ISREG(status.st_mode)    ? FileKind::kRegular
              : S_ISDIR(status.st_mode)  ? FileKind::kDirectory
              : S_ISLNK(status.st_mode)  ? FileKind::kSymlink
              : S_ISSOCK(status.st_mode) ? FileKind::kSocket
                                         : FileKind::kOther;
  info.device = status.st_dev;
  info.inode = status.st_ino;
  info.size = status.st_size;
  info.mtime_ns = nanos(status.st_mtim);
  info.ctime_ns = nanos(status.st_ctim);
  info.mode = status.st_mode & 07777;
  info.owner = status.st_uid;
  return info;
}

Result<Fd> Open(const std::string& path, int flags, uint32_t mode, std::string_view action) {
  int fd;
  do fd = open(path.c_str(), flags | O_CLOEXEC, mode);
  while (fd < 0 && errno == EINTR);
  if (fd < 0) return SystemError(errno, action, path);
  return Fd(fd);
}

// Without the kernel's help: a file system that has no copy_file_range, or two file systems.
Status CopyByHand(const Fd& from, int64_t offset, int64_t length, const Fd& to) {
  std::string buffer(static_cast<size_t>(std::min<int64_t>(length, 1 << 20)), '\0');
  while (length > 0) {
    size_t wanted = std::min(buffer.size(), static_cast<size_t>(length));
    size_t got = TRY(ReadAt(from, buffer.data(), wanted, offset));
    if (got == 0) return Error{Code::kReplaced, "file became shorter while it was copied", "", false};
    TRY(Write(to, std::string_view(buffer).substr(0, got)));
    offset += static_cast<int64_t>(got);
    length -= static_cast<int64_t>(got);
  }
  return Ok();
}

}  // namespace

std::string ErrorText(int number) {
  char buffer[128];
  std::string text = strerror_r(number, buffer, sizeof buffer);
  if (!text.empty()) text[0] = LowerAscii(text[0]);
  return text;
}

std::string ErrorHint(int number) {
  switch (number) {
    case EACCES:
    case EPERM: return "check the permissions of the file and of the directories above it";
    case EROFS: return "the file system is mounted read-only: work in a copy, or mount it for writing";
    case ENOSPC:
    case EDQUOT: return "free some space and run the command again";
    case ENAMETOOLONG: return "use a shorter path";
    default: return "";
  }
}

Error SystemError(int number, std::string_view action, std::string_view path) {
  return {CodeOf(number), Cat(action, " ", path, ": ", ErrorText(number)), ErrorHint(number), false};
}

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    Close();
    number_ = other.Release();
  }
  return *this;
}

void Fd::Close() {
  if (number_ >= 0) close(number_);
  number_ = -1;
}

Result<FileInfo> Stat(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return SystemError(errno, "stat", path);
  return InfoOf(status);
}

Result<FileInfo> Stat(const Fd& fd) {
  struct stat status;
  if (fstat(fd.get(), &status) != 0) return SystemError(errno, "stat", "an open file");
  return InfoOf(status);
}

bool Exists(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0;
}

bool IsDirectory(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool IsWritable(const std::string& path) { return access(path.c_str(), W_OK) == 0; }
Status MayWrite(const std::string& path) {
  return IsWritable(path) ? Ok() : Status(SystemError(errno, "write", path));
}

Result<Fd> OpenRead(const std::string& path) { return Open(path, O_RDONLY, 0, "open"); }
Result<Fd> OpenReadWrite(const std::string& path, uint32_t create_mode) {
  return Open(path, O_RDWR | O_CREAT, create_mode, "open");
}
Result<Fd> CreateNew(const std::string& path, uint32_t mode) {
  return Open(path, O_RDWR | O_CREAT | O_EXCL, mode, "create");
}
Result<Fd> OpenAppend(const std::string& path, uint32_t create_mode) {
  return Open(path, O_WRONLY | O_CREAT | O_APPEND, create_mode, "open");
}

Result<size_t> ReadAt(const Fd& fd, char* buffer, size_t count, int64_t offset) {
  size_t done = 0;
  while (done < count) {
    ssize_t got = pread(fd.get(), buffer + done, count - done, offset + static_cast<int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(errno, "read", "file");
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

Status WriteAt(const Fd& fd, std::string_view bytes, int64_t offset) {
  if (pwrite(fd.get(), bytes.data(), bytes.size(), offset) < 0) return SystemError(errno, "write", "file");
  return Ok();
}

Result<size_t> Read(int fd, char* buffer, size_t count) {
  ssize_t got;
  do got = read(fd, buffer, count);
  while (got < 0 && errno == EINTR);
  if (got < 0) return SystemError(errno, "read", "input");
  return static_cast<size_t>(got);
}

Status Write(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError(errno, "write", "file");
    if (written == 0) return SystemError(EIO, "write", "file");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return Ok();
}

Status Write(const Fd& fd, std::string_view bytes) { return Write(fd.get(), bytes); }

Status CopyRange(const Fd& from, int64_t offset, int64_t length, const Fd& to) {
  while (length > 0) {
    off64_t position = offset;
    ssize_t copied =
        copy_file_range(from.get(), &position, to.get(), nullptr, static_cast<size_t>(length), 0);
    if (copied < 0 && errno == EINTR) continue;
    // Some file systems refuse, some return 0 although there is more: then by hand.
    if (copied <= 0) return CopyByHand(from, offset, length, to);
    offset += copied;
    length -= copied;
  }
  return Ok();
}

Status Sync(const Fd& fd) {
  if (fsync(fd.get()) != 0) return SystemError(errno, "sync", "file");
  return Ok();
}

Status SyncDirectory(const std::string& path) {
  Fd fd = TRY(Open(path, O_RDONLY | O_DIRECTORY, 0, "open"));
  // Some file systems cannot sync directories; their names are as durable as they make them.
  if (fsync(fd.get()) != 0 && errno != EINVAL && errno != ENOTSUP) {
    return SystemError(errno, "sync directory", path);
  }
  return Ok();
}

Status SetModificationTime(const Fd& fd, int64_t mtime_ns) {
  timespec times[2];
  times[0] = {0, UTIME_OMIT};
  times[1] = {mtime_ns / 1'000'000'000, static_cast<long>(mtime_ns % 1'000'000'000)};
  if (futimens(fd.get(), times) != 0) return SystemError(errno, "set the time of", "file");
  return Ok();
}

Status Touch(const std::string& path) {
  if (utimensat(AT_FDCWD, path.c_str(), nullptr, 0) != 0) {
    return SystemError(errno, "set the time of", path);
  }
  return Ok();
}

Status SetMode(const Fd& fd, uint32_t mode) {
  if (fchmod(fd.get(), mode) != 0) return SystemError(errno, "set the mode of", "file");
  return Ok();
}

void HoldStandardStreams() {
  for (int number = 0; number <= 2; ++number) {
    // The lowest free number is the one that is looked at. Opened the wrong way round, it refuses.
    if (fcntl(number, F_GETFD) < 0) (void)open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY);
  }
}

void ReportFileSizeLimit() { signal(SIGXFSZ, SIG_IGN); }

Result<std::string> ReadToEnd(int fd, int64_t size_max) {
  std::string bytes;
  char buffer[16384];
  for (;;) {
    size_t got = TRY(Read(fd, buffer, sizeof buffer));
    if (got == 0) return bytes;
    bytes.append(buffer, got);
    if (static_cast<int64_t>(bytes.size()) > size_max) {
      return Invalid(Cat("input is larger than ", size_max, " bytes"));
    }
  }
}

Result<std::string> ReadFile(const std::string& path, int64_t size_max) {
  Fd fd = TRY(OpenRead(path));
  Result<std::string> bytes = ReadToEnd(fd.get(), size_max);
  if (!bytes) bytes.error().message = Cat(path, ": ", bytes.error().message);
  return bytes;
}

namespace {
Status ReplaceBy(const std::string& temporary, const std::string& path, std::string_view bytes,
                 uint32_t mode) {
  Fd fd = TRY(CreateNew(temporary, mode));
  Status written = Write(fd, bytes);
  if (written) written = Sync(fd);
  if (written) written = Rename(temporary, path);
  if (!written) {
    (void)Unlink(temporary);
    return written;
  }
  const std::string directory(path, 0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
  return SyncDirectory(directory.empty() ? "." : directory);
}
}  // namespace

Status ReplaceFile(const std::string& path, std::string_view bytes, uint32_t mode) {
  return ReplaceBy(Cat(path, ".", RandomHex(8)), path, bytes, mode);
}

Status ReplaceOwnFile(const std::string& path, std::string_view bytes, uint32_t mode) {
  const std::string temporary = path + ".new";
  if (Status removed = Unlink(temporary); !removed && removed.error().code != Code::kNotFound) return removed;
  return ReplaceBy(temporary, path, bytes, mode);
}

Status OverwriteFile(const std::string& path, std::string_view bytes, uint32_t create_mode) {
  Fd fd = TRY(OpenReadWrite(path, create_mode));
  TRY(Write(fd, bytes));
  if (ftruncate(fd.get(), static_cast<off_t>(bytes.size())) != 0) return SystemError(errno, "shorten", path);
  return Ok();
}

Status Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return SystemError(errno, "rename to", to);
  return Ok();
}

Status RenameToNew(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return Ok();
  const bool cannot = errno == EINVAL || errno == ENOSYS || errno == ENOTSUP;
  if (!cannot) return SystemError(errno, "rename to", to);
  TRY(Link(from, to));
  return Unlink(from);
}

Result<bool> Exchange(const std::string& a, const std::string& b) {
  if (renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (errno == EINVAL || errno == ENOSYS || errno == ENOTSUP) return false;
  return SystemError(errno, "exchange", b);
}

Status Link(const std::string& from, const std::string& to) {
  if (link(from.c_str(), to.c_str()) != 0) return SystemError(errno, "link", to);
  return Ok();
}

Status Unlink(const std::string& path) {
  if (unlink(path.c_str()) != 0) return SystemError(errno, "remove", path);
  return Ok();
}

Status RemoveDirectory(const std::string& path) {
  if (rmdir(path.c_str()) != 0) return SystemError(errno, "remove", path);
  return Ok();
}

Status MakeDirectory(const std::string& path, uint32_t mode) {
  if (mkdir(path.c_str(), mode) == 0) return Ok();
  const int number = errno;
  if (number == EEXIST && IsDirectory(path)) return Ok();
  return SystemError(number, "make directory", path);
}

Status MakeDirectories(const std::string& path, uint32_t mode) {
  if (path.empty() || IsDirectory(path)) return Ok();
  const size_t slash = path.find_last_of('/');
  if (slash != std::string::npos && slash > 0) TRY(MakeDirectories(path.substr(0, slash), mode));
  return MakeDirectory(path, mode);
}

Result<std::vector<std::string>> ListDirectory(const std::string& path) {
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) return SystemError(errno, "list", path);
  std::vector<std::string> names;
  errno = 0;
  while (dirent* entry = readdir(directory)) {
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  const int number = errno;
  closedir(directory);
  if (number != 0) return SystemError(number, "list", path);
  std::sort(names.begin(), names.end());
  return names;
}

uint64_t FileSystemType(const std::string& path) {
  struct statfs status;
  if (statfs(path.c_str(), &status) != 0) return 0;
  return static_cast<uint64_t>(status.f_type);
}

}  // namespace bd::os
