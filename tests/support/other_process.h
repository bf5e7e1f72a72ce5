// Another process, made of this one: it does some work, says so, and stays until it is told to end.
#pragma once

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "engine/base/assert.h"

namespace bd {

class OtherProcess {
 public:
  // Returns when the work is done; `work` tells whether it went as it should.
  template <typename Work>
  explicit OtherProcess(Work work) {
    int said[2], stop[2];
    ASSERT(pipe(said) == 0 && pipe(stop) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      close(said[0]);
      close(stop[1]);
      alarm(120);  // whatever happens to the test
      const char answer = work() ? '+' : '-';
      (void)!write(said[1], &answer, 1);
      char byte;
      (void)!read(stop[0], &byte, 1);
      _exit(0);
    }
    close(said[1]);
    close(stop[0]);
    char answer = 0;
    (void)!read(said[0], &answer, 1);
    close(said[0]);
    worked_ = answer == '+';
    stop_ = stop[1];
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() { End(); }

  bool worked() const { return worked_; }
  void End() {
    if (pid_ == 0) return;
    close(stop_);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  void Kill() {
    kill(pid_, SIGKILL);
    End();
  }

 private:
  pid_t pid_ = 0;
  int stop_ = -1;
  bool worked_ = false;
};

// Work that goes on beside the test; what it returned is known when it is asked for.
class Meanwhile {
 public:
  template <typename Work>
  explicit Meanwhile(Work work) : pid_(fork()) {
    if (pid_ != 0) return;
    alarm(120);
    _exit(work() ? 0 : 1);
  }
  Meanwhile(const Meanwhile&) = delete;
  Meanwhile& operator=(const Meanwhile&) = delete;
  ~Meanwhile() { (void)Succeeded(); }
  pid_t pid() const { return pid_; }
  bool Succeeded() {
    if (!status_) {
      int status = 0;
      waitpid(pid_, &status, 0);
      status_ = status;
    }
    return *status_ == 0;
  }

 private:
  pid_t pid_;
  std::optional<int> status_;
};

// The same with the rights of nobody in particular, as root is refused nothing. False if that fails.
template <typename Work>
bool AsNobody(Work work) {
  constexpr uid_t kNobody = 65534;
  return Meanwhile([&] {
           unsetenv("TMPDIR");
           if (getuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) return false;
           return static_cast<bool>(work());
         })
      .Succeeded();
}

}  // namespace bd
