#include "faultinject/real/plan.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "faultinject/op.h"
#include "faultinject/real/run.h"
#include "faultinject/shim/rules.h"

namespace fault::real {

namespace {

using shim::Counter;

constexpr std::string_view kOfTheSimulator[] = {"plan",  "seed",  "disk",   "schedule", "latency",
                                                "setup", "agent", "repeat", "check",    "each"};
// What no program asks the C library for.
constexpr std::string_view kNotSeen[] = {"barrier"};

bool IsOneOf(std::string_view word, const auto& words) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

int Say(int code, const std::string& text) {
  fprintf(stderr, "bd-fault: %s\n", text.c_str());
  return code;
}

std::string DirectoryOfThisProgram() {
  char path[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  const std::string program(path, size > 0 ? static_cast<size_t>(size) : 0);
  return program.substr(0, program.rfind('/'));
}

// As built, or as installed; "" if it is in neither place.
std::string FindShim() {
  for (const char* place : {"/libbd-fault.so", "/../lib/bd/libbd-fault.so"}) {
    const std::string path = DirectoryOfThisProgram() + place;
    if (access(path.c_str(), R_OK) == 0) return path;
  }
  return "";
}

// A directory with the rules and their counters, for as long as the command runs.
class Shared {
 public:
  explicit Shared(const std::vector<Rule>& rules) : count_(rules.size()) {
    if (!Prepare(rules)) problem_ = directory_ + ": " + strerror(errno);
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() {
    unlink(Plan().c_str());
    unlink(State().c_str());
    rmdir(directory_.c_str());
  }
  const std::string& problem() const { return problem_; }
  const Counter& counter(size_t i) const { return counters_[i]; }
  int64_t LinesLost() const { return counters_[count_].seen; }
  std::string Plan() const { return directory_ + "/plan"; }
  std::string State() const { return directory_ + "/state"; }

 private:
  size_t Size() const { return shim::CountersOf(count_) * sizeof(Counter); }
  bool Prepare(const std::vector<Rule>& rules) {
    const char* tmp = secure_getenv("TMPDIR");
    directory_ = std::string(tmp == nullptr || *tmp == '\0' ? "/tmp" : tmp) + "/bd-fault.XXXXXX";
    if (mkdtemp(directory_.data()) == nullptr) return false;
    std::string text;
    for (const Rule& rule : rules) text += Print(rule) + "\n";
    if (!Write(Plan(), text) || !Write(State(), std::string(Size(), '\0'))) return false;
    const int state = open(State().c_str(), O_RDWR | O_CLOEXEC);
    void* shared = mmap(nullptr, Size(), PROT_READ | PROT_WRITE, MAP_SHARED, state, 0);
    close(state);
    if (shared == MAP_FAILED) return false;
    counters_ = static_cast<const Counter*>(shared);
    return true;
  }
  static bool Write(const std::string& path, const std::string& text) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const bool done = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(file);
    return done;
  }

  size_t count_;
  std::string directory_, problem_;
  const Counter* counters_ = nullptr;
};

void PutIntoEnvironment(const Shared& shared, const std::string& shim, const std::string& trace) {
  setenv("LD_PRELOAD", shim.c_str(), 1);
  setenv(shim::kVariablePlan, shared.Plan().c_str(), 1);
  setenv(shim::kVariableState, shared.State().c_str(), 1);
  if (!trace.empty()) setenv(shim::kVariableTrace, trace.c_str(), 1);
}

// It is there, and can be appended to. The whole path: those who append have directories of their own. "" and
// errno if it cannot be.
std::string BeginTrace(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return "";
  close(file);
  char whole[PATH_MAX];
  return realpath(path.c_str(), whole) == nullptr ? "" : whole;
}

}  // namespace

std::variant<std::vector<Rule>, TextError> ReadRules(std::string_view text) {
  std::vector<Rule> rules;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string_view word = line.substr(0, line.find(' '));
    if (word == "plan" && line.substr(0, line.find_last_not_of(' ') + 1) != "plan 1") {
      return TextError{number, 6, "this build reads plans of form 1: '" + std::string(line) + "'"};
    }
    // An indented line is a command of an agent.
    if (line.empty() || line[0] == '#' || line[0] == ' ' || IsOneOf(word, kOfTheSimulator)) continue;
    if (word != "fault") return TextError{number, 1, "unknown line '" + std::string(word) + "'"};
    auto parsed = ParseRule(line.substr(word.size()));
    if (auto* error = std::get_if<TextError>(&parsed)) {
      return TextError{number, error->column + static_cast<int>(word.size()), error->message};
    }
    rules.push_back(std::get<Rule>(std::move(parsed)));
    if (!IsOpName(rules.back().op)) {
      return TextError{number, static_cast<int>(line.find("op=")) + 1,
                       "unknown call 'op=" + rules.back().op + "'"};
    }
  }
  return rules;
}

std::string WhyNot(const Rule& rule) {
  if (rule.action == Action::kPower) return "a real machine keeps its power: bd-sim";
  if (rule.action == Action::kClock) return "a real clock is everybody's: bd-sim";
  if (rule.action == Action::kSuspend) return "a real machine is not put to sleep: bd-sim";
  if (rule.command != 0) return "real processes are not counted as an agent's commands: bd-sim";
  if (IsOneOf(rule.op, kNotSeen)) return "this call is seen in the simulator only: bd-sim";
  return "";
}

int RunWithRules(const std::vector<Rule>& rules, const std::string& trace, const std::function<int()>& run) {
  const std::string shim = FindShim();
  if (shim.empty()) return Say(kExitNotHere, "libbd-fault.so is not beside this program");
  const std::string file = trace.empty() ? "" : BeginTrace(trace);
  if (!trace.empty() && file.empty()) return Say(kExitNotHere, "--trace " + trace + ": " + strerror(errno));
  const Shared shared(rules);
  if (!shared.problem().empty()) return Say(kExitNotHere, shared.problem());
  const int code = RunInChild([&] {
    PutIntoEnvironment(shared, shim, file);
    return run();
  });
  bool came = false;
  for (size_t i = 0; i < rules.size(); ++i) {
    const bool never = rules[i].action == Action::kNever;
    const bool struck = shared.counter(i).struck > 0;
    came = came || (never && struck);
    if (struck == never) Say(0, Print(rules[i]) + (never ? ": there was such a call" : ": did not strike"));
  }
  if (shared.LinesLost() == 0) return came ? kExitNever : code;
  return Say(kExitNotHere, "--trace " + trace + ": " + std::to_string(shared.LinesLost()) +
                               " lines could not be written there");
}

}  // namespace fault::real
