// The same calls on the simulated kernel.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "sim/kernel/kernel.h"
#include "tests/sim/call.h"

namespace sim_test {

class OnKernel {
 public:
  OnKernel(sim::Kernel& kernel, sim::Process& process) : kernel_(kernel), process_(process) {}

  Answer Do(const Call& call) {
    Answer answer;
    struct stat stat {};
    switch (call.op) {
      case Op::kStat:
      case Op::kLstat:
        answer.value = kernel_.Stat(process_, Expand(call.path), stat, call.op == Op::kStat);
        TellStat(stat, answer);
        break;
      case Op::kFstat:
        answer.value = kernel_.StatFd(process_, call.fd, stat);
        TellStat(stat, answer);
        break;
      case Op::kReadlink: {
        std::string target;
        answer.value = kernel_.ReadLink(process_, Expand(call.path), target);
        answer.Say(target);
        break;
      }
      case Op::kGetcwd: {
        std::string path;
        answer.value = std::min<int64_t>(0, kernel_.CurrentDirectory(process_, path));
        if (answer.value == 0) answer.Say(path);
        break;
      }
      case Op::kList: List(call, answer); break;
      case Op::kRead:
      case Op::kPread: Read(call, answer); break;
      case Op::kCopy: Copy(call, answer); break;
      case Op::kRecordLock: Lock(call, answer); break;
      case Op::kReceive: Receive(call, answer); break;
      case Op::kPeer: Peer(call, answer); break;
      case Op::kPoll: Poll(call, answer); break;
      default:
        answer.value = DescriptorCall(call);
        if (answer.value == kNotCompared && call.op != Op::kSeek) answer.value = NameCall(call);
    }
    return answer;
  }

 private:
  static void TellStat(const struct stat& from, Answer& answer) {
    if (answer.value < 0) return;
    answer.has_stat = true;
    answer.stat = StatOf(from);
  }

  void List(const Call& call, Answer& answer) {
    std::vector<sim::DirectoryEntry> entries;
    answer.value = kernel_.ListDirectory(process_, call.fd, entries);
    for (const sim::DirectoryEntry& entry : entries) {
      const char kind = entry.kind == sim::InodeKind::kDirectory ? 'd'
                        : entry.kind == sim::InodeKind::kSymlink ? 'l'
                                                                 : 'f';
      answer.Say(entry.name.substr(0, 8) + ":" + kind + " ");
    }
  }

  void Read(const Call& call, Answer& answer) {
    std::string buffer(static_cast<size_t>(std::max<int64_t>(call.a, 0)), ' ');
    const auto count = static_cast<int64_t>(buffer.size());
    answer.value = call.op == Op::kRead ? kernel_.Read(process_, call.fd, buffer.data(), count)
                                        : kernel_.Pread(process_, call.fd, buffer.data(), count, call.b);
    if (answer.value < 0) return;
    answer.Say(Digest(std::string_view(buffer).substr(0, static_cast<size_t>(answer.value))));
  }

  void Copy(const Call& call, Answer& answer) {
    int64_t from = call.b, to = call.c;
    answer.value = kernel_.CopyRange(process_, call.fd, call.b == -1 ? nullptr : &from,
                                     static_cast<int>(call.a), call.c == -1 ? nullptr : &to, call.d);
    answer.Say(std::to_string(from) + " " + std::to_string(to));
  }

  void Lock(const Call& call, Answer& answer) {
    struct flock lock = LockOf(call);
    answer.value = kernel_.RecordLockCall(process_, call.fd, static_cast<int>(call.a), lock);
    TellLock(call, lock, answer);
  }

  void Receive(const Call& call, Answer& answer) {
    std::string buffer(static_cast<size_t>(call.a), ' ');
    answer.value = kernel_.Receive(process_, call.fd, buffer.data(), call.a);
    if (answer.value > 0)
      answer.Say(Digest(std::string_view(buffer).substr(0, static_cast<size_t>(answer.value))));
  }

  void Peer(const Call& call, Answer& answer) {
    sim::Credentials peer;
    answer.value = kernel_.PeerCredentials(process_, call.fd, peer);
    if (answer.value < 0) return;
    answer.stat.inode = static_cast<uint64_t>(peer.pid);
    answer.Say(std::to_string(static_cast<int>(peer.uid)) + " " + std::to_string(static_cast<int>(peer.gid)));
  }

  void Poll(const Call& call, Answer& answer) {
    pollfd file{call.fd, static_cast<short>(call.a), 0};
    answer.value = kernel_.Poll(process_, {&file, 1});
    answer.Say(std::to_string(file.revents));
  }

  int64_t DescriptorCall(const Call& call) {
    const int argument = static_cast<int>(call.a);
    const std::string bytes =
        call.op == Op::kWrite || call.op == Op::kPwrite || call.op == Op::kSend ? Bytes(call.c, call.a) : "";
    switch (call.op) {
      case Op::kClose: return kernel_.Close(process_, call.fd);
      case Op::kDup: return kernel_.Dup(process_, call.fd, argument, call.b != 0);
      case Op::kDup2: return kernel_.Dup2(process_, call.fd, argument);
      case Op::kGetFd: return kernel_.GetFdFlags(process_, call.fd);
      case Op::kSetFd: return kernel_.SetFdFlags(process_, call.fd, argument);
      case Op::kGetFlags: return kernel_.GetFlags(process_, call.fd);
      case Op::kSetFlags: return kernel_.SetFlags(process_, call.fd, argument);
      case Op::kWrite: return kernel_.Write(process_, call.fd, bytes.data(), call.a);
      case Op::kPwrite: return kernel_.Pwrite(process_, call.fd, bytes.data(), call.a, call.b);
      case Op::kSeek: return Seek(call);
      case Op::kTruncate: return kernel_.Truncate(process_, call.fd, call.a);
      case Op::kSync: return kernel_.Sync(process_, call.fd);
      case Op::kFchmod: return kernel_.ChangeModeFd(process_, call.fd, static_cast<uint32_t>(call.a));
      case Op::kFchown:
        return kernel_.ChangeOwnerFd(process_, call.fd, static_cast<uint32_t>(call.a),
                                     static_cast<uint32_t>(call.b));
      case Op::kFutime: return kernel_.SetTimesFd(process_, call.fd, Time(call));
      case Op::kFlock: return kernel_.Flock(process_, call.fd, argument);
      case Op::kSocket: return kernel_.MakeSocket(process_, call.b != 0);
      case Op::kListen: return kernel_.Listen(process_, call.fd, argument);
      case Op::kAccept: return kernel_.Accept(process_, call.fd, call.b != 0);
      case Op::kSend: return kernel_.Send(process_, call.fd, bytes.data(), call.a);
      case Op::kShutdown: return kernel_.Shutdown(process_, call.fd, argument);
      default: return kNotCompared;
    }
  }

  int64_t Seek(const Call& call) {
    struct stat stat {};
    if (kernel_.StatFd(process_, call.fd, stat) == 0 && S_ISDIR(stat.st_mode)) return kNotCompared;
    return kernel_.Seek(process_, call.fd, call.a, static_cast<int>(call.b));
  }

  static std::optional<int64_t> Time(const Call& call) {
    if (call.a == 0) return std::nullopt;
    return call.a * 1'000'000'000 + 5;
  }

  int64_t NameCall(const Call& call) {
    const std::string path = Expand(call.path), path2 = Expand(call.path2);
    const auto mode = static_cast<uint32_t>(call.a);
    switch (call.op) {
      case Op::kOpen:
        return kernel_.Open(process_, path, static_cast<int>(call.a), static_cast<uint32_t>(call.b));
      case Op::kAccess: return kernel_.Access(process_, path, static_cast<int>(call.a));
      case Op::kMkdir: return kernel_.MakeDirectory(process_, path, mode);
      case Op::kRmdir: return kernel_.RemoveDirectory(process_, path);
      case Op::kUnlink: return kernel_.Unlink(process_, path);
      case Op::kLink: return kernel_.Link(process_, path, path2);
      case Op::kSymlink: return kernel_.Symlink(process_, path, path2);
      case Op::kRename: return kernel_.Rename(process_, path, path2, mode);
      case Op::kBind: return kernel_.Bind(process_, call.fd, path);
      case Op::kConnect: return kernel_.Connect(process_, call.fd, path);
      case Op::kChdir: return kernel_.ChangeDirectory(process_, path);
      case Op::kChmod: return kernel_.ChangeMode(process_, path, mode);
      case Op::kUtime: return kernel_.SetTimes(process_, path, Time(call));
      default: return kNotCompared;
    }
  }

  sim::Kernel& kernel_;
  sim::Process& process_;
};

}  // namespace sim_test
