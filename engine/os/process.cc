#include "engine/os/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/os/spawn.h"

namespace bd::os {

namespace {

SpawnOptions StreamsOf(const ProcessOptions& options, const Fd& input, const Fd& output, const Fd& errors) {
  return {options.arguments, options.environment, options.directory, {&input, &output, &errors}, false};
}

// Moves bytes between the child and us until both outputs are closed.
class Conversation {
 public:
  Conversation(const ProcessOptions& options, Fd to_child, Fd from_child, Fd errors_from_child)
      : options_(options),
        to_child_(std::move(to_child)),
        from_child_(std::move(from_child)),
        errors_(std::move(errors_from_child)) {
    fcntl(to_child_.get(), F_SETFL, O_NONBLOCK);
    if (options.input.empty()) to_child_.Close();
  }

  Status Run(ProcessResult& result) {
    if (!options_.output_file.empty()) file_ = TRY(CreateNew(options_.output_file, 0644));
    const int64_t deadline = MonotonicMs() + options_.timeout_ms;
    while (from_child_ || errors_) {
      const int64_t left = deadline - MonotonicMs();
      if (left <= 0) return TimedOut(options_);
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

// The exit code; nothing if it did not end in time and was killed (it may have closed its outputs before).
std::optional<int> Reap(pid_t pid, int64_t deadline_ms) {
  int status = 0;
  bool killed = false;
  for (;;) {
    pid_t got = waitpid(pid, &status, killed ? 0 : WNOHANG);
    if (got == pid) break;
    if (got < 0 && errno != EINTR) return 127;
    if (got == 0 && MonotonicMs() >= deadline_ms) {
      kill(-pid, SIGKILL);
      killed = true;
    } else if (got == 0) {
      SleepMs(1);
    }
  }
  if (killed) return std::nullopt;
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

}  // namespace

Result<ProcessResult> RunProcess(const ProcessOptions& options) {
  const IgnoreBrokenPipe guard;
  Pipe input = TRY(MakePipe()), output = TRY(MakePipe()), errors = TRY(MakePipe());
  const int64_t deadline = MonotonicMs() + options.timeout_ms;
  const pid_t pid = TRY(Spawn(StreamsOf(options, input.out, output.in, errors.in)));
  // What is open here only to be given on would keep the streams from ending.
  input.out.Close();
  output.in.Close();
  errors.in.Close();
  ProcessResult result;
  Status status =
      Conversation(options, std::move(input.in), std::move(output.out), std::move(errors.out)).Run(result);
  if (!status) kill(-pid, SIGKILL);
  const std::optional<int> exit_code = Reap(pid, deadline);
  if (!status) return std::move(status).error();
  if (!exit_code) return TimedOut(options);
  result.exit_code = *exit_code;
  return result;
}

Status StartProcess(const ProcessOptions& options) {
  const IgnoreBrokenPipe guard;
  Pipe input = TRY(MakePipe());
  const Fd nowhere = TRY(OpenReadWrite("/dev/null", 0666));
  TRY(Spawn(StreamsOf(options, input.out, nowhere, nowhere)));
  // What does not fit into the pipe is not worth waiting for.
  fcntl(input.in.get(), F_SETFL, O_NONBLOCK);
  (void)!write(input.in.get(), options.input.data(), options.input.size());
  return Ok();
}

}  // namespace bd::os
