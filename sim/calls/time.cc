// Clocks, waits and the one timer.
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "sim/calls/syscall.h"

namespace sim {

namespace {

constexpr int64_t kSecond = 1'000'000'000;

int64_t Nanos(const timeval& time) { return int64_t{time.tv_sec} * kSecond + time.tv_usec * 1000; }

int Sleep(int64_t ns) {
  return static_cast<int>(Syscall({Op::kSleep, {}, {}, ns}, [&](Process&, const Verdict&) -> Outcome {
    TheWorld().Sleep(ns);
    return 0;
  }));
}

}  // namespace

extern "C" {

int sim_clock_gettime(clockid_t clock, struct timespec* out) {
  const Clock& clocks = TheWorld().clocks();
  if (clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME && clock != CLOCK_MONOTONIC)
    TheWorld().Unknown("a clock that is none of wall, monotonic and boot time");
  const int64_t now = clock == CLOCK_REALTIME   ? clocks.wall_ns()
                      : clock == CLOCK_BOOTTIME ? clocks.boottime_ns()
                                                : clocks.monotonic_ns();
  *out = {now / kSecond, now % kSecond};
  return 0;
}

time_t sim_time(time_t* out) {
  const time_t now = TheWorld().clocks().wall_ns() / kSecond;
  if (out != nullptr) *out = now;
  return now;
}

int sim_gettimeofday(struct timeval* out, void*) {
  const int64_t now = TheWorld().clocks().wall_ns();
  *out = {now / kSecond, now % kSecond / 1000};
  return 0;
}

struct tm* sim_localtime_r(const time_t* moment, struct tm* out) {
  return gmtime_r(moment, out);  // the zone of the world
}

int sim_nanosleep(const struct timespec* wait, struct timespec*) {
  return Sleep(int64_t{wait->tv_sec} * kSecond + wait->tv_nsec);
}
unsigned sim_sleep(unsigned seconds) { return Sleep(int64_t{seconds} * kSecond), 0; }
int sim_usleep(useconds_t micros) { return Sleep(int64_t{micros} * 1000); }

int sim_setitimer(int which, const struct itimerval* timer, struct itimerval*) {
  if (which != ITIMER_REAL) TheWorld().Unknown("setitimer for another clock");
  Task& task = TheWorld().running();
  const int64_t first = Nanos(timer->it_value);
  task.timer_ns = first == 0 ? 0 : TheWorld().clocks().mono_ns + first;
  task.timer_interval_ns = Nanos(timer->it_interval);
  return 0;
}

// The guard against hanging (engine/os/stall_guard.h): one timer of a process, whose signal is SIGVTALRM.
int sim_timer_create(clockid_t clock, struct sigevent* event, timer_t* timer) {
  Guard& guard = TheWorld().running().guard;
  if (clock != CLOCK_MONOTONIC || event->sigev_signo != SIGVTALRM || guard.is_made)
    TheWorld().Unknown("timer_create for something else than the guard against hanging");
  guard.is_made = true;
  guard.value = event->sigev_value;
  *timer = nullptr;
  return 0;
}
int sim_timer_settime(timer_t, int, const struct itimerspec* when, struct itimerspec*) {
  const int64_t after = int64_t{when->it_value.tv_sec} * kSecond + when->it_value.tv_nsec;
  TheWorld().running().guard.rings_ns = TheWorld().clocks().mono_ns + after;
  return 0;
}
int sim_timer_delete(timer_t) {
  TheWorld().running().guard.is_made = false;
  TheWorld().running().guard.rings_ns = Guard::kNever;
  return 0;
}

}  // extern "C"

}  // namespace sim
