#include "faultinject/real/notices.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "faultinject/real/assess.h"

namespace fault::real {

namespace {

// A call that changes a name or a file: which arguments are the directory (-1: where the caller is) and the
// path.
struct Judged {
  int call = 0;
  int directory = -1, path = 0;
  int second_directory = -1, second_path = -1;
};
const Judged kJudged[] = {
    {SCMP_SYS(open), -1, 0},           {SCMP_SYS(openat), 0, 1},         {SCMP_SYS(creat), -1, 0},
    {SCMP_SYS(truncate), -1, 0},       {SCMP_SYS(unlink), -1, 0},        {SCMP_SYS(unlinkat), 0, 1},
    {SCMP_SYS(rmdir), -1, 0},          {SCMP_SYS(mkdir), -1, 0},         {SCMP_SYS(mkdirat), 0, 1},
    {SCMP_SYS(mknod), -1, 0},          {SCMP_SYS(mknodat), 0, 1},        {SCMP_SYS(symlink), -1, 1},
    {SCMP_SYS(symlinkat), 1, 2},       {SCMP_SYS(rename), -1, 0, -1, 1}, {SCMP_SYS(renameat), 0, 1, 2, 3},
    {SCMP_SYS(renameat2), 0, 1, 2, 3}, {SCMP_SYS(link), -1, 0, -1, 1},   {SCMP_SYS(linkat), 0, 1, 2, 3},
    {SCMP_SYS(chmod), -1, 0},          {SCMP_SYS(fchmodat), 0, 1},       {SCMP_SYS(chown), -1, 0},
    {SCMP_SYS(lchown), -1, 0},         {SCMP_SYS(fchownat), 0, 1},       {SCMP_SYS(utimensat), 0, 1},
};
const int kSignalling[] = {SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(tgkill), SCMP_SYS(pidfd_send_signal)};

bool JudgesWriting(const Profile& profile) {
  if (profile.elsewhere != 0 && HowToWrite(profile.elsewhere) == How::kNotices) return true;
  for (const Protection& row : profile.protections) {
    if (HowToWrite(row.error) == How::kNotices) return true;
  }
  return false;
}
bool JudgesSignals(const Profile& profile) {
  return profile.signal_outside != 0 && HowToSignal(profile) == How::kNotices;
}

// --- The filter

// Opening is asked about only if it is for writing.
int AskAboutOpening(scmp_filter_ctx filter, int call, unsigned argument) {
  constexpr uint64_t kEither[][2] = {
      {O_ACCMODE, O_WRONLY}, {O_ACCMODE, O_RDWR}, {O_CREAT, O_CREAT}, {O_TRUNC, O_TRUNC}};
  for (const auto& [mask, value] : kEither) {
    const scmp_arg_cmp with{argument, SCMP_CMP_MASKED_EQ, mask, value};
    if (const int wrong = seccomp_rule_add_array(filter, SCMP_ACT_NOTIFY, call, 1, &with); wrong != 0)
      return wrong;
  }
  return 0;
}

int AskAboutAll(scmp_filter_ctx filter, const Profile& profile) {
  int wrong = 0;
  if (JudgesWriting(profile)) {
    for (const Judged& row : kJudged) {
      const bool opens = row.call == SCMP_SYS(open) || row.call == SCMP_SYS(openat);
      wrong = opens ? AskAboutOpening(filter, row.call, row.call == SCMP_SYS(open) ? 1 : 2)
                    : seccomp_rule_add(filter, SCMP_ACT_NOTIFY, row.call, 0);
      if (wrong != 0) return wrong;
    }
  }
  if (!JudgesSignals(profile)) return 0;
  for (const int call : kSignalling) {
    if (wrong = seccomp_rule_add(filter, SCMP_ACT_NOTIFY, call, 0); wrong != 0) return wrong;
  }
  return 0;
}

// --- Who answers

std::string ReadText(const std::string& path) {
  char text[4096];
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const ssize_t size = file < 0 ? -1 : read(file, text, sizeof text);
  if (file >= 0) close(file);
  return size < 0 ? "" : std::string(text, static_cast<size_t>(size));
}

std::string InfoOf(pid_t who, uint64_t descriptor) {
  return ReadText("/proc/" + std::to_string(who) + "/fdinfo/" + std::to_string(static_cast<int>(descriptor)));
}

pid_t NumberIn(const std::string& text, const std::string& name) {
  const size_t at = text.find("\n" + name);
  return at == std::string::npos ? -1 : atoi(text.c_str() + at + 1 + name.size());
}

std::string LinkOf(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t size = readlink(path.c_str(), target, sizeof target);
  return size < 0 ? "" : std::string(target, static_cast<size_t>(size));
}

// The text at an address of another process; what lies behind its end may not be mapped.
std::string TextAt(pid_t who, uint64_t address) {
  char text[PATH_MAX];
  const int memory = open(("/proc/" + std::to_string(who) + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  if (memory < 0) return "";
  const ssize_t size = pread(memory, text, sizeof text, static_cast<off_t>(address));
  close(memory);
  return size <= 0 ? "" : std::string(text, strnlen(text, static_cast<size_t>(size)));
}

// Absolute, with every link on the way resolved but not the last part; "": by a descriptor, or not to be
// known.
std::string PathOf(pid_t who, int directory, uint64_t address) {
  std::string path = address == 0 ? "" : TextAt(who, address);
  if (path.empty()) return "";
  if (!path.starts_with('/')) {
    const std::string process = "/proc/" + std::to_string(who);
    path = LinkOf(directory == AT_FDCWD ? process + "/cwd" : process + "/fd/" + std::to_string(directory)) +
           "/" + path;
  }
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const size_t slash = path.rfind('/');
  char resolved[PATH_MAX];
  if (realpath(path.substr(0, slash + 1).c_str(), resolved) == nullptr) return path;
  return std::string(strcmp(resolved, "/") == 0 ? "" : resolved) + path.substr(slash);
}

class Supervisor {
 public:
  Supervisor(int listener, const Profile& profile, const Places& places)
      : listener_(listener), profile_(profile), places_(places) {}

  // Until nobody lives in the sandbox any more.
  void Serve() const {
    seccomp_notif* asked = nullptr;
    seccomp_notif_resp* answer = nullptr;
    if (seccomp_notify_alloc(&asked, &answer) != 0) return;
    for (;;) {
      pollfd watched{listener_, POLLIN, 0};
      if (poll(&watched, 1, -1) < 0 && errno != EINTR) break;
      if ((watched.revents & POLLIN) == 0 && watched.revents != 0) break;
      memset(asked, 0, sizeof *asked);
      // It fails if who asked was killed meanwhile.
      if (seccomp_notify_receive(listener_, asked) != 0) continue;
      const int error = Judge(*asked);
      memset(answer, 0, sizeof *answer);
      answer->id = asked->id;
      answer->error = -error;
      answer->flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
      (void)seccomp_notify_respond(listener_, answer);
    }
    seccomp_notify_free(asked, answer);
  }

 private:
  int Judge(const seccomp_notif& asked) const {
    const auto who = static_cast<pid_t>(asked.pid);
    for (const int call : kSignalling) {
      if (call == asked.data.nr) return JudgeSignal(who, asked.data);
    }
    for (const Judged& row : kJudged) {
      if (row.call != asked.data.nr) continue;
      int error = JudgePath(who, asked.data.args, row.directory, row.path);
      if (error == 0 && row.second_path >= 0) {
        error = JudgePath(who, asked.data.args, row.second_directory, row.second_path);
      }
      return error;
    }
    return 0;
  }

  // Everybody may signal himself.
  int JudgeSignal(pid_t who, const seccomp_data& call) const {
    auto whom = static_cast<pid_t>(call.args[0]);
    if (call.nr == SCMP_SYS(pidfd_send_signal)) whom = NumberIn(InfoOf(who, call.args[0]), "Pid:");
    const pid_t self = NumberIn(ReadText("/proc/" + std::to_string(who) + "/status"), "Tgid:");
    return whom == self ? 0 : profile_.signal_outside;
  }

  int JudgePath(pid_t who, const __u64* arguments, int directory, int path) const {
    const std::string found =
        PathOf(who, directory < 0 ? AT_FDCWD : static_cast<int>(arguments[directory]), arguments[path]);
    // Every sandbox has /dev/null and a terminal.
    if (found.empty() || IsWithin(found, "/dev") || IsWithin(found, "/proc")) return 0;
    return WriteError(profile_, found, places_);
  }

  int listener_;
  const Profile& profile_;
  const Places& places_;
};

// A message with room for a descriptor beside its one byte.
struct DescriptorMessage {
  DescriptorMessage() {
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = space;
    message.msg_controllen = sizeof space;
  }
  DescriptorMessage(const DescriptorMessage&) = delete;
  DescriptorMessage& operator=(const DescriptorMessage&) = delete;

  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))]{};
  msghdr message{};
};

int SendDescriptor(int through, int descriptor) {
  DescriptorMessage sent;
  cmsghdr* header = CMSG_FIRSTHDR(&sent.message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return sendmsg(through, &sent.message, 0) == 1 ? 0 : -errno;
}

int ReceiveDescriptor(int from) {
  DescriptorMessage got;
  if (recvmsg(from, &got.message, MSG_CMSG_CLOEXEC) != 1) return -1;
  const cmsghdr* header = CMSG_FIRSTHDR(&got.message);
  if (header == nullptr) return -1;
  int descriptor = -1;
  memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

// Nobody waits for it, and it keeps nothing of ours: those in the sandbox may live longer than the command.
void BecomeSupervisor(int through, const Profile& profile, const Places& places) {
  if (fork() != 0) _exit(0);
  setsid();
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard = 0; standard <= STDERR_FILENO; ++standard) dup2(nowhere, standard);
  const int listener = ReceiveDescriptor(through);
  if (listener >= 0) {
    const int kept = dup2(listener, STDERR_FILENO + 1);
    close_range(STDERR_FILENO + 2, UINT_MAX, 0);
    Supervisor(kept, profile, places).Serve();
  }
  _exit(0);
}

std::string LoadFilter(const Profile& profile, int through) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) return "seccomp: no filter can be made";
  int wrong = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
  if (wrong == 0) wrong = AskAboutAll(filter, profile);
  if (wrong == 0) wrong = seccomp_load(filter);
  if (wrong == 0) {
    const int listener = seccomp_notify_fd(filter);
    wrong = SendDescriptor(through, listener);
    close(listener);
  }
  seccomp_release(filter);
  return wrong == 0 ? "" : std::string("seccomp, asking: ") + strerror(-wrong);
}

}  // namespace

std::string JudgeCalls(const Profile& profile, const Places& places) {
  if (!JudgesWriting(profile) && !JudgesSignals(profile)) return "";
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return std::string("a pair of sockets: ") + strerror(errno);
  }
  fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) return std::string("fork: ") + strerror(errno);
  if (child == 0) BecomeSupervisor(pair[1], profile, places);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
  close(pair[1]);
  std::string wrong = LoadFilter(profile, pair[0]);
  close(pair[0]);
  return wrong;
}

}  // namespace fault::real
