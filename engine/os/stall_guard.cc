#include "engine/os/stall_guard.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace bd::os {

namespace {

constexpr int kSignal = SIGVTALRM;  // nobody else uses it; SIGALRM is that of locks

itimerspec Once(int64_t ms) {
  itimerspec when{};
  when.it_value = {ms / 1000, ms % 1000 * 1'000'000};
  return when;
}

}  // namespace

struct StallGuard::State {
  timer_t timer = nullptr;
  itimerspec limit{}, grace{};
  int mark = -1;
  int64_t offset = 0;
  std::string_view word;
  volatile sig_atomic_t is_last = 0;

  // Calls nothing but timer_settime, pwrite and _exit, which a handler may.
  static void Ring(int, siginfo_t* info, void*) {
    const int before = errno;
    State& state = *static_cast<State*>(info->si_value.sival_ptr);
    if (state.is_last != 0) {
      (void)!pwrite(state.mark, state.word.data(), state.word.size(), state.offset);
      _exit(kStalledExit);
    }
    state.is_last = 1;
    timer_settime(state.timer, 0, &state.grace, nullptr);
    errno = before;
  }
};

StallGuard::StallGuard(const StallLimits& limits, const Fd& mark, int64_t offset, std::string_view word)
    : state_(std::make_unique<State>()) {
  state_->limit = Once(limits.after_ms);
  state_->grace = Once(limits.grace_ms);
  state_->mark = mark.get();
  state_->offset = offset;
  state_->word = word;
  struct sigaction action {};
  action.sa_sigaction = &State::Ring;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = kSignal;
  event.sigev_value.sival_ptr = state_.get();
  const bool made =
      sigaction(kSignal, &action, nullptr) == 0 && timer_create(CLOCK_MONOTONIC, &event, &state_->timer) == 0;
  if (!made) state_.reset();
  Alive();
}

StallGuard::~StallGuard() {
  if (state_) timer_delete(state_->timer);
}

void StallGuard::Alive() {
  if (!state_) return;
  timer_settime(state_->timer, 0, &state_->limit, nullptr);
  state_->is_last = 0;  // afterwards: a signal that came between the two was none in a row
}

}  // namespace bd::os
