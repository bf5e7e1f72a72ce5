#include "engine/os/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>
#include <boost/process/pipe.hpp>
#include <boost/process/posix.hpp>
#include <boost/process/search_path.hpp>
#include <boost/process/start_dir.hpp>
#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/files.h"

namespace bd::os {

namespace {

namespace process = boost::process;

// In the child, between fork and exec: its own process group; descriptors above 2 are not for it.
struct Isolate : process::extend::handler {
  template <typename Executor>
  void on_exec_setup(Executor&) const {
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    for (int fd = 3; fd < 256; ++fd) {
      int flags = fcntl(fd, F_GETFD);
      if (flags >= 0) fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    }
  }
};

process::environment EnvironmentOf(const ProcessOptions& options) {
  process::environment environment = boost::this_process::environment();
  for (const auto& [name, value] : options.environment) {
    if (value) {
      environment[name] = *value;
    } else {
      environment.erase(name);
    }
  }
  return environment;
}

// Moves bytes between the child and us until both outputs are closed.
class Conversation {
 public:
  Conversation(const ProcessOptions& options, int to_child, int from_child, int errors_from_child)
      : options_(options), to_child_(to_child), from_child_(from_child), errors_(errors_from_child) {
    fcntl(to_child_.get(), F_SETFL, O_NONBLOCK);
    if (options.input.empty()) to_child_.Close();
  }

  Status Run(ProcessResult& result) {
    if (!options_.output_file.empty()) file_ = TRY(CreateNew(options_.output_file, 0644));
    const int64_t deadline = MonotonicMs() + options_.timeout_ms;
    while (from_child_ || errors_) {
      const int64_t left = deadline - MonotonicMs();
      if (left <= 0) return TimedOut();
      pollfd sets[3] = {
          {from_child_.get(), POLLIN, 0}, {errors_.get(), POLLIN, 0}, {to_child_.get(), POLLOUT, 0}};
      if (poll(sets, 3, static_cast<int>(left)) < 0 && errno != EINTR) {
        return SystemError(errno, "wait for", options_.arguments[0]);
      }
      if (sets[0].revents) TRY(file_ ? ReceiveToFile() : Receive(from_child_, result.output));
      if (sets[1].revents) TRY(Receive(errors_, result.errors));
      if (sets[2].revents) Send();
    }
    return Ok();
  }

  Error TimedOut() const {
    return {Code::kBusy, Cat(options_.arguments[0], ": no answer within ", options_.timeout_ms / 1000, " s"),
            "", false};
  }

 private:
  Status Receive(Fd& from, std::string& into) {
    char buffer[16384];
    size_t got = TRY(Read(from.get(), buffer, sizeof buffer));
    if (got == 0) from.Close();
    into.append(buffer, got);
    if (into.size() > options_.output_max) {
      return Invalid(Cat(options_.arguments[0], ": more than ", options_.output_max, " bytes of output"));
    }
    return Ok();
  }
  Status ReceiveToFile() {
    char buffer[16384];
    const size_t got = TRY(Read(from_child_.get(), buffer, sizeof buffer));
    if (got == 0) from_child_.Close();
    return Write(file_, {buffer, got});
  }
  void Send() {
    ssize_t sent = write(to_child_.get(), options_.input.data() + sent_, options_.input.size() - sent_);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent > 0) sent_ += static_cast<size_t>(sent);
    if (sent <= 0 || sent_ == options_.input.size()) to_child_.Close();
  }

  const ProcessOptions& options_;
  Fd to_child_, from_child_, errors_, file_;
  size_t sent_ = 0;
};

int Reap(pid_t pid, int64_t deadline_ms) {
  int status = 0;
  for (;;) {
    pid_t got = waitpid(pid, &status, deadline_ms < 0 ? 0 : WNOHANG);
    if (got == pid) break;
    if (got < 0 && errno != EINTR) return 127;
    if (got == 0) {
      if (MonotonicMs() >= deadline_ms) {
        kill(-pid, SIGKILL);
        deadline_ms = -1;
      } else {
        SleepMs(1);
      }
    }
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// A child that ends before it has read its input must not end us.
class IgnoreBrokenPipe {
 public:
  IgnoreBrokenPipe() : old_(signal(SIGPIPE, SIG_IGN)) {}
  ~IgnoreBrokenPipe() { signal(SIGPIPE, old_); }
  IgnoreBrokenPipe(const IgnoreBrokenPipe&) = delete;
  IgnoreBrokenPipe& operator=(const IgnoreBrokenPipe&) = delete;

 private:
  sighandler_t old_;
};

Result<std::string> FindProgram(const std::string& name) {
  std::string program = name.find('/') != std::string::npos ? name : process::search_path(name).string();
  if (program.empty()) return Error{Code::kNotFound, Cat(name, ": not found in PATH"), "", false};
  return program;
}

}  // namespace

Result<ProcessResult> RunProcess(const ProcessOptions& options) {
  const std::string program = TRY(FindProgram(options.arguments[0]));
  const std::vector<std::string> arguments(options.arguments.begin() + 1, options.arguments.end());
  IgnoreBrokenPipe guard;
  process::pipe input, output, errors;
  std::error_code failed;
  process::child child(program, process::args(arguments), EnvironmentOf(options),
                       process::start_dir(options.directory.empty() ? "." : options.directory),
                       process::std_in<input, process::std_out> output, process::std_err > errors, Isolate{},
                       failed);
  if (failed) return Error{Code::kIo, Cat(options.arguments[0], ": ", failed.message()), "", false};
  const pid_t pid = child.id();
  child.detach();
  auto ours = [](process::pipe& pipe, bool write_end) {
    Fd keep(write_end ? pipe.native_sink() : pipe.native_source());
    Fd drop(write_end ? pipe.native_source() : pipe.native_sink());
    pipe.assign_sink(-1);
    pipe.assign_source(-1);
    return keep.Release();
  };
  ProcessResult result;
  const int64_t deadline = MonotonicMs() + options.timeout_ms;
  Status status =
      Conversation(options, ours(input, true), ours(output, false), ours(errors, false)).Run(result);
  if (!status) kill(-pid, SIGKILL);
  result.exit_code = Reap(pid, deadline);
  if (!status) return std::move(status).error();
  return result;
}

Status StartProcess(const ProcessOptions& options) {
  const std::string program = TRY(FindProgram(options.arguments[0]));
  const std::vector<std::string> arguments(options.arguments.begin() + 1, options.arguments.end());
  IgnoreBrokenPipe guard;
  process::pipe input;
  std::error_code failed;
  process::child child(program, process::args(arguments), EnvironmentOf(options),
                       process::start_dir(options.directory.empty() ? "." : options.directory),
                       process::std_in<input, process::std_out> process::null,
                       process::std_err > process::null, Isolate{}, failed);
  if (failed) return Error{Code::kIo, Cat(options.arguments[0], ": ", failed.message()), "", false};
  child.detach();
  // What does not fit into the pipe is not worth waiting for.
  fcntl(input.native_sink(), F_SETFL, O_NONBLOCK);
  (void)!write(input.native_sink(), options.input.data(), options.input.size());
  return Ok();
}

}  // namespace bd::os
