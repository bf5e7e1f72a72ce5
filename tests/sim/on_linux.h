// Calls on real Linux: servers, which are real processes in a directory of their own that is their root, and
// execute one call at a time.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/sim/call.h"

namespace sim_test {

inline int64_t Checked(int64_t result) { return result < 0 ? -errno : result; }

inline void TellStat(int64_t result, const struct stat& from, Answer& answer) {
  answer.value = Checked(result);
  if (result < 0) return;
  answer.has_stat = true;
  answer.stat = StatOf(from);
  // A socket without a name has a device of its own.
  answer.stat.inode += static_cast<uint64_t>(from.st_dev) << 40;
}

inline bool IsDirectory(int fd) {
  struct stat stat {};
  return fstat(fd, &stat) == 0 && S_ISDIR(stat.st_mode);
}

inline void ListOnLinux(int fd, Answer& answer) {
  if (IsDirectory(fd)) lseek(fd, 0, SEEK_SET);
  std::vector<std::string> names;
  char buffer[4096];
  for (;;) {
    const long count = syscall(SYS_getdents64, fd, buffer, sizeof buffer);
    if (count < 0) {
      answer.value = -errno;
      return;
    }
    if (count == 0) break;
    for (long at = 0; at < count;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer + at);
      const std::string name = entry->d_name;
      const char kind = entry->d_type == DT_DIR ? 'd' : entry->d_type == DT_LNK ? 'l' : 'f';
      if (name != "." && name != "..") names.push_back(name.substr(0, 8) + ":" + kind);
      at += entry->d_reclen;
    }
  }
  if (IsDirectory(fd)) lseek(fd, 0, SEEK_SET);  // at the end even the error of a read is another one
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) answer.Say(name + " ");
}

inline int64_t OpenOnLinux(const Call& call) {
  return syscall(SYS_openat, AT_FDCWD, Expand(call.path).c_str(), static_cast<int>(call.a),
                 static_cast<mode_t>(call.b));
}

inline void LockOnLinux(const Call& call, Answer& answer) {
  struct flock lock = LockOf(call);
  answer.value = Checked(fcntl(call.fd, static_cast<int>(call.a), &lock));
  TellLock(call, lock, answer);
}

inline void BytesOnLinux(const Call& call, Answer& answer) {
  std::string buffer(static_cast<size_t>(std::max<int64_t>(call.a, 0)), ' ');
  const std::string bytes = Bytes(call.c, std::max<int64_t>(call.a, 0));
  switch (call.op) {
    case Op::kRead: answer.value = Checked(read(call.fd, buffer.data(), buffer.size())); break;
    case Op::kPread: answer.value = Checked(pread(call.fd, buffer.data(), buffer.size(), call.b)); break;
    case Op::kWrite: answer.value = Checked(write(call.fd, bytes.data(), bytes.size())); return;
    default: answer.value = Checked(pwrite(call.fd, bytes.data(), bytes.size(), call.b)); return;
  }
  if (answer.value >= 0)
    answer.Say(Digest(std::string_view(buffer).substr(0, static_cast<size_t>(answer.value))));
}

inline int64_t CopyOnLinux(const Call& call, Answer& answer) {
  off64_t from = call.b, to = call.c;
  const int64_t result =
      Checked(copy_file_range(call.fd, call.b == -1 ? nullptr : &from, static_cast<int>(call.a),
                              call.c == -1 ? nullptr : &to, static_cast<size_t>(call.d), 0));
  answer.Say(std::to_string(from) + " " + std::to_string(to));
  return result;
}

// bind and connect: a path that does not fit is told by its length.
inline int64_t AddressCallOnLinux(const Call& call) {
  const std::string path = Expand(call.path);
  struct {
    sockaddr_un address{};
    char more[5000]{};
  } room;
  room.address.sun_family = AF_UNIX;
  memcpy(reinterpret_cast<char*>(&room) + offsetof(sockaddr_un, sun_path), path.data(), path.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  const auto* address = reinterpret_cast<const sockaddr*>(&room);
  return call.op == Op::kBind ? bind(call.fd, address, size) : connect(call.fd, address, size);
}

inline void PeerOnLinux(const Call& call, Answer& answer) {
  ucred peer{};
  socklen_t size = sizeof peer;
  answer.value = Checked(getsockopt(call.fd, SOL_SOCKET, SO_PEERCRED, &peer, &size));
  if (answer.value < 0) return;
  answer.stat.inode = static_cast<uint64_t>(peer.pid);
  answer.Say(std::to_string(static_cast<int>(peer.uid)) + " " + std::to_string(static_cast<int>(peer.gid)));
}

inline void SocketBytesOnLinux(const Call& call, Answer& answer) {
  if (call.op == Op::kSend) {
    const std::string bytes = Bytes(call.c, call.a);
    answer.value = Checked(send(call.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    return;
  }
  std::string buffer(static_cast<size_t>(call.a), ' ');
  answer.value = Checked(recv(call.fd, buffer.data(), buffer.size(), 0));
  if (answer.value > 0)
    answer.Say(Digest(std::string_view(buffer).substr(0, static_cast<size_t>(answer.value))));
}

inline void PollOnLinux(const Call& call, Answer& answer) {
  pollfd file{call.fd, static_cast<short>(call.a), 0};
  answer.value = Checked(poll(&file, 1, 0));
  answer.Say(std::to_string(file.revents));
}

inline int64_t DescriptorCallOnLinux(const Call& call) {
  const int argument = static_cast<int>(call.a);
  switch (call.op) {
    case Op::kClose: return close(call.fd);
    case Op::kDup: return fcntl(call.fd, call.b != 0 ? F_DUPFD_CLOEXEC : F_DUPFD, argument);
    case Op::kDup2: return dup2(call.fd, argument);
    case Op::kGetFd: return fcntl(call.fd, F_GETFD);
    case Op::kSetFd: return fcntl(call.fd, F_SETFD, argument);
    case Op::kGetFlags: return fcntl(call.fd, F_GETFL);
    case Op::kSetFlags: return fcntl(call.fd, F_SETFL, argument);
    case Op::kSeek:
      return IsDirectory(call.fd) ? kNotCompared : lseek(call.fd, call.a, static_cast<int>(call.b));
    case Op::kTruncate: return ftruncate(call.fd, call.a);
    case Op::kSync: return fsync(call.fd);
    case Op::kFchmod: return fchmod(call.fd, static_cast<mode_t>(call.a));
    case Op::kFchown: return fchown(call.fd, static_cast<uid_t>(call.a), static_cast<gid_t>(call.b));
    case Op::kFlock: return flock(call.fd, argument);
    case Op::kSocket:
      return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | (call.b != 0 ? SOCK_CLOEXEC : 0), 0);
    case Op::kBind:
    case Op::kConnect: return AddressCallOnLinux(call);
    case Op::kListen: return listen(call.fd, argument);
    case Op::kAccept:
      return accept4(call.fd, nullptr, nullptr, SOCK_NONBLOCK | (call.b != 0 ? SOCK_CLOEXEC : 0));
    case Op::kShutdown: return shutdown(call.fd, argument);
    default: return kNotCompared;
  }
}

inline int64_t NameCallOnLinux(const Call& call) {
  const std::string path = Expand(call.path), path2 = Expand(call.path2);
  const auto mode = static_cast<mode_t>(call.a);
  switch (call.op) {
    case Op::kAccess: return syscall(SYS_access, path.c_str(), static_cast<int>(call.a));
    case Op::kMkdir: return mkdir(path.c_str(), mode);
    case Op::kRmdir: return rmdir(path.c_str());
    case Op::kUnlink: return unlink(path.c_str());
    case Op::kLink: return link(path.c_str(), path2.c_str());
    case Op::kSymlink: return symlink(path.c_str(), path2.c_str());
    case Op::kRename:
      return renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, path2.c_str(), static_cast<unsigned>(call.a));
    case Op::kChdir: return chdir(path.c_str());
    case Op::kChmod: return chmod(path.c_str(), mode);
    default: return kNotCompared;
  }
}

inline int64_t TimesOnLinux(const Call& call) {
  const timespec times[] = {{0, UTIME_OMIT}, {call.a, call.a == 0 ? UTIME_NOW : 5}};
  const timespec now[] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
  const timespec* which = call.a == 0 ? now : times;
  if (call.op == Op::kFutime) return futimens(call.fd, which);
  return utimensat(AT_FDCWD, Expand(call.path).c_str(), which, 0);
}

inline Answer OnLinux(const Call& call) {
  Answer answer;
  struct stat stat_buffer {};
  char buffer[5000] = {};
  switch (call.op) {
    case Op::kOpen: answer.value = Checked(OpenOnLinux(call)); break;
    case Op::kRead:
    case Op::kPread:
    case Op::kWrite:
    case Op::kPwrite: BytesOnLinux(call, answer); break;
    case Op::kCopy: answer.value = CopyOnLinux(call, answer); break;
    case Op::kStat: TellStat(stat(Expand(call.path).c_str(), &stat_buffer), stat_buffer, answer); break;
    case Op::kLstat: TellStat(lstat(Expand(call.path).c_str(), &stat_buffer), stat_buffer, answer); break;
    case Op::kFstat: TellStat(fstat(call.fd, &stat_buffer), stat_buffer, answer); break;
    case Op::kReadlink:
      answer.value = Checked(readlink(Expand(call.path).c_str(), buffer, sizeof buffer));
      answer.Say(buffer);
      break;
    case Op::kList: ListOnLinux(call.fd, answer); break;
    case Op::kGetcwd:
      answer.value = getcwd(buffer, sizeof buffer) == nullptr ? -errno : 0;
      answer.Say(buffer);
      break;
    case Op::kUtime:
    case Op::kFutime: answer.value = Checked(TimesOnLinux(call)); break;
    case Op::kRecordLock: LockOnLinux(call, answer); break;
    case Op::kPeer: PeerOnLinux(call, answer); break;
    case Op::kPoll: PollOnLinux(call, answer); break;
    case Op::kReceive:
    case Op::kSend: SocketBytesOnLinux(call, answer); break;
    default: {
      const int64_t result = DescriptorCallOnLinux(call);
      answer.value = Checked(result == kNotCompared ? NameCallOnLinux(call) : result);
      if (call.op == Op::kSeek && result == kNotCompared) answer.value = kNotCompared;
    }
  }
  return answer;
}

// --- Servers

struct User {
  uid_t uid;
  gid_t gid;
};

inline bool IsSuperuser() { return geteuid() == 0; }

inline bool WriteText(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY);
  const bool written = fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  return written;
}

// Without rights: in a user namespace of its own, where one may change the root, and then give up what one
// was given there. Our own user is 1000 in it.
inline bool BecomeAlone(const std::string& root) {
  const std::string uid = "1000 " + std::to_string(geteuid()) + " 1",
                    gid = "1000 " + std::to_string(getegid()) + " 1";
  if (unshare(CLONE_NEWUSER) != 0) return false;
  if (!WriteText("/proc/self/setgroups", "deny") || !WriteText("/proc/self/uid_map", uid) ||
      !WriteText("/proc/self/gid_map", gid) || chroot(root.c_str()) != 0 || chdir("/") != 0) {
    return false;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2] = {};
  return syscall(SYS_capset, &header, none) == 0;
}

inline bool BecomeUser(const std::string& root, const User& user) {
  return chroot(root.c_str()) == 0 && chdir("/") == 0 && setgroups(0, nullptr) == 0 &&
         setresgid(user.gid, user.gid, user.gid) == 0 && setresuid(user.uid, user.uid, user.uid) == 0;
}

class Server {
 public:
  Server(const std::string& root, const User& user) {
    int calls[2], answers[2];
    if (pipe(calls) != 0 || pipe(answers) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      dup2(calls[0], kCalls);
      dup2(answers[1], kAnswers);
      const bool ready = IsSuperuser() ? BecomeUser(root, user) : BecomeAlone(root);
      _exit(ready ? Serve() : 1);
    }
    close(calls[0]);
    close(answers[1]);
    fcntl(calls[1], F_SETFD, FD_CLOEXEC);
    to_ = calls[1];
    from_ = answers[0];
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    kill(pid_, SIGKILL);  // it may wait for a lock
    close(to_);
    close(from_);
    waitpid(pid_, nullptr, 0);
  }

  pid_t pid() const { return pid_; }
  // False: the system forbids what the server needs.
  bool IsReady() const { return Do({}).value == 0; }
  // How many calls may be sent before the answers are taken: a pipe passes so many as one piece.
  static constexpr size_t kTogether = PIPE_BUF / sizeof(Call);

  void Send(const Call& call) const { Send(&call, 1); }
  void Send(const Call* calls, size_t count) const {
    if (write(to_, calls, count * sizeof(Call)) < 0) perror("to the server");
  }
  Answer Receive() const {
    Answer answer;
    char* at = reinterpret_cast<char*>(&answer);
    for (size_t left = sizeof answer; left > 0;) {
      const ssize_t count = read(from_, at, left);
      if (count <= 0) {
        answer.value = kNotCompared - 1;
        break;
      }
      at += count;
      left -= static_cast<size_t>(count);
    }
    return answer;
  }
  bool HasAnswered(int wait_ms) const {
    pollfd poll_fd{from_, POLLIN, 0};
    return poll(&poll_fd, 1, wait_ms) == 1;
  }
  Answer Do(const Call& call) const {
    Send(call);
    return Receive();
  }

 private:
  static constexpr int kCalls = 1000, kAnswers = 1001;

  static int Serve() {
    const rlimit limit{1024, 1024};
    setrlimit(RLIMIT_NOFILE, &limit);
    umask(022);
    Reset();
    Call calls[kTogether];
    Answer answers[kTogether];
    for (;;) {
      const ssize_t bytes = read(kCalls, calls, sizeof calls);
      if (bytes <= 0) return 0;
      const size_t count = static_cast<size_t>(bytes) / sizeof(Call);
      for (size_t i = 0; i < count; ++i) {
        answers[i] = {};
        if (calls[i].op == Op::kEnd) {
          Reset();
        } else {
          answers[i] = OnLinux(calls[i]);
        }
      }
      if (write(kAnswers, answers, count * sizeof(Answer)) < 0) return 1;
    }
  }
  // As a new process, in /w.
  static void Reset() {
    close_range(0, kCalls - 1, 0);
    close_range(kAnswers + 1, ~0u, 0);
    if (chdir("/") != 0 || chdir("/w") != 0) return;
    const int fd = open("/null", O_RDWR);
    if (dup2(fd, 1) < 0 || dup2(fd, 2) < 0) return;
  }

  pid_t pid_ = 0;
  int to_ = -1, from_ = -1;
};

}  // namespace sim_test
