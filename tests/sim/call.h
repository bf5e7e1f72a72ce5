// One system call and its answer, in a form that is made on Linux and on the simulated kernel alike, sent
// over a pipe, shown and shrunk.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <string>
#include <string_view>

namespace sim_test {

enum class Op {
  kOpen,
  kClose,
  kDup,
  kDup2,
  kGetFd,
  kSetFd,
  kGetFlags,
  kSetFlags,
  kRead,
  kPread,
  kWrite,
  kPwrite,
  kSeek,
  kTruncate,
  kCopy,
  kSync,
  kStat,
  kLstat,
  kFstat,
  kAccess,
  kMkdir,
  kRmdir,
  kUnlink,
  kLink,
  kSymlink,
  kRename,
  kReadlink,
  kList,
  kChdir,
  kGetcwd,
  kChmod,
  kFchmod,
  kFchown,
  kUtime,
  kFutime,
  kFlock,
  kRecordLock,
  kSocket,
  kBind,
  kListen,
  kConnect,
  kAccept,
  kReceive,
  kSend,
  kShutdown,
  kPeer,
  kPoll,
  kEnd
};

inline constexpr const char* kOpNames[] = {"open",    "close",    "dup",    "dup2",      "getfd",
                                           "setfd",   "getfl",    "setfl",  "read",      "pread",
                                           "write",   "pwrite",   "lseek",  "ftruncate", "copy_file_range",
                                           "fsync",   "stat",     "lstat",  "fstat",     "access",
                                           "mkdir",   "rmdir",    "unlink", "link",      "symlink",
                                           "rename",  "readlink", "list",   "chdir",     "getcwd",
                                           "chmod",   "fchmod",   "fchown", "utime",     "futime",
                                           "flock",   "fcntl",    "socket", "bind",      "listen",
                                           "connect", "accept",   "recv",   "send",      "shutdown",
                                           "peer",    "poll",     "end"};

// What a, b, c and d mean depends on the call: see on_linux.h and on_kernel.h, which must agree.
struct Call {
  Op op = Op::kEnd;
  int process = 0;
  int fd = 0;
  int64_t a = 0, b = 0, c = 0, d = 0;
  std::array<char, 40> path{}, path2{};
};

inline std::ostream& operator<<(std::ostream& out, const Call& call) {
  return out << "{" << call.process << ": " << kOpNames[static_cast<int>(call.op)] << " fd=" << call.fd
             << " '" << call.path.data() << "' '" << call.path2.data() << "' " << call.a << " " << call.b
             << " " << call.c << " " << call.d << "}";
}

struct StatAnswer {
  uint64_t inode = 0;
  uint32_t mode = 0, uid = 0, gid = 0;
  int64_t links = 0, size = 0, mtime = 0, ctime = 0;
};

struct Answer {
  int64_t value = 0;  // or a negated errno
  bool has_stat = false;
  StatAnswer stat;
  std::array<char, 400> text{};  // everything else that must agree

  void Say(std::string_view what) {
    const size_t used = strlen(text.data());
    const size_t count = std::min(what.size(), text.size() - 1 - used);
    memcpy(text.data() + used, what.data(), count);
  }
};

inline StatAnswer StatOf(const struct stat& from) {
  const bool sized = S_ISREG(from.st_mode) || S_ISLNK(from.st_mode);
  return {from.st_ino,
          from.st_mode,
          from.st_uid,
          from.st_gid,
          static_cast<int64_t>(from.st_nlink),
          sized ? from.st_size : 0,
          from.st_mtim.tv_sec * 1'000'000'000 + from.st_mtim.tv_nsec,
          from.st_ctim.tv_sec * 1'000'000'000 + from.st_ctim.tv_nsec};
}

// The locks: a is the command, b the type, c the start and d the length; path's first byte the whence,
// path2's the l_pid.
inline struct flock LockOf(const Call& call) {
  struct flock lock {};
  lock.l_type = static_cast<short>(call.b);
  lock.l_whence = static_cast<short>(call.path[0] - '0');
  lock.l_start = call.c;
  lock.l_len = call.d;
  lock.l_pid = call.path2[0] == 'p' ? 7 : 0;
  return lock;
}
inline void TellLock(const Call& call, const struct flock& lock, Answer& answer) {
  if ((call.a != F_GETLK && call.a != F_OFD_GETLK) || answer.value < 0) return;
  answer.Say("type=" + std::to_string(lock.l_type));
  if (lock.l_type == F_UNLCK) return;
  answer.Say(" whence=" + std::to_string(lock.l_whence) + " start=" + std::to_string(lock.l_start) +
             " len=" + std::to_string(lock.l_len));
  answer.stat.inode = static_cast<uint64_t>(lock.l_pid);
}

inline void SetText(std::array<char, 40>& to, const char* from) { strncpy(to.data(), from, to.size() - 1); }

// "%L" in a path stands for a name of 300 bytes, "%M" for one of 255, "%P" for 4,100 bytes of "./".
inline std::string Expand(const std::array<char, 40>& path) {
  std::string out;
  for (const char* at = path.data(); *at != 0; ++at) {
    if (*at != '%') {
      out += *at;
      continue;
    }
    ++at;
    if (*at == 'P') {
      for (int i = 0; i < 2050; ++i) out += "./";
    } else {
      out += std::string(*at == 'L' ? 300 : 255, 'n');
    }
  }
  return out;
}

inline std::string Bytes(int64_t seed, int64_t count) {
  std::string bytes(static_cast<size_t>(count), ' ');
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>('a' + (static_cast<size_t>(seed) + i + i / 26) % 26);
  }
  return bytes;
}

// The beginning, and a sum of all.
inline std::string Digest(std::string_view bytes) {
  uint64_t sum = 1469598103934665603u;
  for (char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
  std::string out;
  for (char c : bytes.substr(0, 12)) out += c == 0 ? '0' : c;
  return out + "#" + std::to_string(sum % 1000000);
}

// No lseek of a directory: where its entries stand is the file system's affair.
constexpr int64_t kNotCompared = -10000;

}  // namespace sim_test
