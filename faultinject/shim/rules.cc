#include "faultinject/shim/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

namespace fault::shim {

namespace {

// Raw calls: those of the library are the ones that are watched.
int Open(const char* path, int flags) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600));
}

std::string ReadAll(const char* path) {
  std::string text;
  const int file = Open(path, O_RDONLY);
  char block[4096];
  for (long got = 0; file >= 0 && (got = syscall(SYS_read, file, block, sizeof block)) > 0;) {
    text.append(block, static_cast<size_t>(got));
  }
  if (file >= 0) syscall(SYS_close, file);
  return text;
}

std::string Variable(const char* name) {
  const char* value = secure_getenv(name);
  return value == nullptr ? "" : value;
}

void Pause(int64_t ms) {
  timespec left{ms / 1000, ms % 1000 * 1'000'000};
  while (syscall(SYS_nanosleep, &left, &left) != 0 && errno == EINTR) continue;
}

void SignalSelf(int number) { syscall(SYS_kill, getpid(), number); }

// Stopped, and woken by a process that nobody knows or waits for.
void StopFor(int64_t ms) {
  const int self = getpid();
  const pid_t child = fork();
  if (child < 0) return Pause(ms);
  if (child == 0) {
    if (fork() != 0) _exit(0);
    close_range(0, UINT_MAX, 0);
    Pause(ms);
    syscall(SYS_kill, self, SIGCONT);
    _exit(0);
  }
  int status = 0;
  while (syscall(SYS_wait4, child, &status, 0, nullptr) < 0 && errno == EINTR) continue;
  SignalSelf(SIGSTOP);
}

}  // namespace

Rules::Rules() : agent_(Variable(kVariableAgent)), trace_(Variable(kVariableTrace)) {
  if (agent_.empty()) agent_ = program_invocation_short_name;
  const std::string plan = ReadAll(Variable(kVariablePlan).c_str());
  for (size_t at = 0, end = 0; (end = plan.find('\n', at)) != std::string::npos; at = end + 1) {
    const std::string_view line(plan.data() + at, end - at);
    const auto rule = ParseRule(line.substr(std::min<size_t>(line.find(' ') + 1, line.size())));
    if (std::holds_alternative<Rule>(rule)) rules_.push_back(std::get<Rule>(rule));
  }
  if (empty()) return;
  const int state = Open(Variable(kVariableState).c_str(), O_RDWR);
  const long shared = syscall(SYS_mmap, nullptr, CountersOf(rules_.size()) * sizeof(Counter),
                              PROT_READ | PROT_WRITE, MAP_SHARED, state, 0);
  if (state >= 0) syscall(SYS_close, state);
  if (shared != -1) {
    counters_ = reinterpret_cast<Counter*>(shared);
  } else {
    rules_.clear();
  }
}

bool Rules::Matches(const Rule& rule, const OpRow& row, const Call& call, std::string_view path) const {
  if (!rule.agent.empty() && !GlobMatches(rule.agent, agent_)) return false;
  if (!Means(rule.op, row, call.changes || row.effect == Effect::kChange)) return false;
  return rule.path.empty() || GlobMatches(rule.path, path) ||
         (call.second != nullptr && GlobMatches(rule.path, call.second));
}

Verdict Rules::Before(const Call& call) {
  Verdict verdict;
  const OpRow* row = FindOp(call.op);
  if (row == nullptr) return verdict;
  const int error = errno;
  char opened[PATH_MAX];
  std::string_view path = call.path == nullptr ? "" : call.path;
  if (call.path == nullptr && call.descriptor >= 0) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", call.descriptor);
    const long size = syscall(SYS_readlinkat, AT_FDCWD, link, opened, sizeof opened);
    path = std::string_view(opened, size > 0 ? static_cast<size_t>(size) : 0);
  }
  if (!trace_.empty()) Trace(call, path);
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (!Matches(rule, *row, call, path)) continue;
    const int64_t seen = __atomic_add_fetch(&counters_[i].seen, 1, __ATOMIC_RELAXED);
    if (seen < rule.nth || (rule.times != 0 && seen >= rule.nth + rule.times)) continue;
    __atomic_add_fetch(&counters_[i].struck, 1, __ATOMIC_RELAXED);
    if (rule.after) {
      verdict.after.push_back(&rule);
    } else {
      Strike(rule, verdict);
    }
  }
  errno = error;
  return verdict;
}

void Rules::After(const Verdict& verdict) {
  const int error = errno;
  Verdict ignored;
  for (const Rule* rule : verdict.after) Strike(*rule, ignored);
  errno = error;
}

void Rules::Strike(const Rule& rule, Verdict& verdict) {
  switch (rule.action) {
    case Action::kErrno: verdict.error = rule.error; break;
    case Action::kShort: verdict.limit = rule.amount; break;
    case Action::kKill: SignalSelf(SIGKILL); break;
    case Action::kInterrupt: SignalSelf(SIGINT); break;
    case Action::kStop: StopFor(rule.amount); break;
    case Action::kDelay: Pause(rule.amount); break;
    case Action::kNever: break;  // who started us sees that it struck
    case Action::kClock:
    case Action::kSuspend:
    case Action::kPower: break;  // refused before
  }
}

void Rules::Trace(const Call& call, std::string_view path) {
  char line[PATH_MAX + 128];
  const int size =
      snprintf(line, sizeof line, "%d %s %.*s %.*s%s%s\n", getpid(), agent_.c_str(),
               static_cast<int>(call.op.size()), call.op.data(), static_cast<int>(path.size()), path.data(),
               call.second == nullptr ? "" : " ", call.second == nullptr ? "" : call.second);
  const int file = Open(trace_.c_str(), O_WRONLY | O_CREAT | O_APPEND);
  const size_t bytes = std::min<size_t>(static_cast<size_t>(size), sizeof line - 1);
  const bool whole = file >= 0 && syscall(SYS_write, file, line, bytes) == static_cast<long>(bytes);
  if (!whole && counters_ != nullptr) __atomic_add_fetch(&counters_[rules_.size()].seen, 1, __ATOMIC_RELAXED);
  if (file >= 0) syscall(SYS_close, file);
}

}  // namespace fault::shim
