#include "sim/tool/forked.h"

#include <malloc.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace sim {

namespace {

// A run takes milliseconds. One that makes no calls any more cannot be ended by the world.
constexpr unsigned kSecondsMax = 60;

std::string Escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Unescaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
    } else {
      out += text[++i] == 'n' ? '\n' : text[i];
    }
  }
  return out;
}

// One line per value; the child's side of the pipe writes it, ours reads it.
std::string ToText(const RunResult& result) {
  std::ostringstream out;
  out << "numbers " << result.hash << ' ' << result.calls << ' ' << result.switches << ' ' << result.commands
      << ' ' << result.acknowledged << ' ' << result.refused << ' ' << result.killed << ' '
      << result.power_losses << ' ' << result.simulated_ns << ' ' << result.stack_bytes << '\n';
  out << "struck";
  for (int64_t count : result.struck) out << ' ' << count;
  out << '\n';
  for (const Violation& violation : result.violations) {
    out << "violation " << violation.step << ' ' << violation.oracle << ' ' << Escaped(violation.message)
        << '\n';
  }
  out << "end\n";
  return out.str();
}

bool FromText(const std::string& text, RunResult& result) {
  std::istringstream in(text);
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "end") return true;
    if (kind == "numbers") {
      words >> result.hash >> result.calls >> result.switches >> result.commands >> result.acknowledged >>
          result.refused >> result.killed >> result.power_losses >> result.simulated_ns >> result.stack_bytes;
    } else if (kind == "struck") {
      for (int64_t count = 0; words >> count;) result.struck.push_back(count);
    } else if (kind == "violation") {
      Violation violation;
      words >> violation.step >> violation.oracle;
      std::getline(words >> std::ws, violation.message);
      violation.message = Unescaped(violation.message);
      result.violations.push_back(std::move(violation));
    }
  }
  return false;
}

[[noreturn]] void RunInChild(Run* prepared, const Plan& plan, const Paint& paint, int output) {
  alarm(kSecondsMax);
  DisturbHeap(paint);
  std::unique_ptr<Run> own;
  if (prepared == nullptr) {
    own = std::make_unique<Run>(plan.setup);
    prepared = own.get();
  }
  prepared->world().heaps().Disturb(static_cast<unsigned char>(paint.heap), paint.heap_shift);
  RunResult result;
  if (prepared->setup_failed()) {
    result.violations.push_back({"SETUP", prepared->setup_error(), 0});
  } else {
    result = prepared->Execute(plan, paint.stack);
  }
  const std::string text = ToText(result);
  for (size_t at = 0; at < text.size();) {
    const ssize_t written = write(output, text.data() + at, text.size() - at);
    if (written <= 0) break;
    at += static_cast<size_t>(written);
  }
  _exit(0);
}

}  // namespace

Runner::Runner(const std::vector<PlanCommand>& setup)
    : setup_(setup), prepared_(std::make_unique<Run>(setup)) {}
Runner::~Runner() { WaitUntilBelow(1); }

void DisturbHeap(const Paint& paint) {
  if (paint.heap != 0) mallopt(M_PERTURB, paint.heap);
  if (paint.heap_shift != 0) (void)!malloc(paint.heap_shift);
}

void Runner::Start(const Plan& plan, const Paint& paint, std::function<void(RunResult)> done) {
  int ends[2];
  if (pipe(ends) != 0) {
    perror("bd-sim: pipe");
    exit(2);
  }
  fflush(stdout);
  const pid_t pid = fork();
  if (pid < 0) {
    perror("bd-sim: fork");
    exit(2);
  }
  if (pid == 0) {
    close(ends[0]);
    RunInChild(plan.setup == setup_ ? prepared_.get() : nullptr, plan, paint, ends[1]);
  }
  close(ends[1]);
  children_[pid] = {ends[0], {}, std::move(done)};
}

void Runner::ReadFrom(int pid, Child& child) {
  char buffer[16384];
  const ssize_t got = read(child.output, buffer, sizeof buffer);
  if (got > 0) {
    child.text.append(buffer, static_cast<size_t>(got));
    return;
  }
  close(child.output);
  int status = 0;
  waitpid(pid, &status, 0);
  RunResult result;
  if (!FromText(child.text, result)) {
    const bool hung = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    result.violations.push_back({"CRASH",
                                 hung ? "the run did not end within " + std::to_string(kSecondsMax) + " s"
                                 : WIFSIGNALED(status)
                                     ? "the simulator was ended by signal " + std::to_string(WTERMSIG(status))
                                     : "the simulator ended with " + std::to_string(WEXITSTATUS(status)),
                                 0});
  }
  const std::function<void(RunResult)> done = std::move(child.done);
  children_.erase(pid);
  done(std::move(result));
}

void Runner::WaitUntilBelow(size_t jobs) {
  while (!children_.empty() && children_.size() >= jobs) {
    std::vector<pollfd> polls;
    std::vector<int> pids;
    for (const auto& [pid, child] : children_) {
      polls.push_back({child.output, POLLIN, 0});
      pids.push_back(pid);
    }
    if (poll(polls.data(), polls.size(), -1) < 0) continue;
    for (size_t i = 0; i < polls.size(); ++i) {
      if (polls[i].revents != 0) ReadFrom(pids[i], children_.at(pids[i]));
    }
  }
}

RunResult Runner::RunOne(const Plan& plan, const Paint& paint) {
  RunResult result;
  Start(plan, paint, [&result](RunResult done) { result = std::move(done); });
  WaitUntilBelow(1);
  return result;
}

}  // namespace sim
