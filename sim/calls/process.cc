// The process itself: who it is, its environment, chance, and other programs.
#include "engine/os/process.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "sim/calls/syscall.h"
#include "sim/world/statics.h"

namespace sim {

extern "C" {

int bd_main(int argc, char** argv);  // the shipped program, as sim/cut leaves it

char* sim_getenv(const char* name) {
  std::map<std::string, std::string>& environment = TheWorld().running().process->environment;
  const auto at = environment.find(name);
  return at == environment.end() ? nullptr : at->second.data();
}
char* sim_getenv_secure(const char* name) { return sim_getenv(name); }

int sim_getpid() { return TheWorld().running().process->pid; }
uid_t sim_geteuid() { return TheWorld().running().process->uid; }

int sim_gethostname(char* name, size_t size) {
  snprintf(name, size, "machine");
  return 0;
}

long sim_sysconf(int name) {
  if (name != _SC_PAGESIZE) TheWorld().Unknown("sysconf for something else than the size of a page");
  return 4096;
}

ssize_t sim_getrandom(void* to, size_t count, unsigned) {
  return Syscall({Op::kRandom}, [&](Process&, const Verdict&) {
    for (size_t i = 0; i < count; ++i)
      static_cast<char*>(to)[i] = static_cast<char>(TheWorld().data().Next());
    return static_cast<Outcome>(count);
  });
}

// SQLite has barriers everywhere; only where memory is shared with others can they matter.
void sim_memory_barrier() {
  if (!TheWorld().running().shares_memory) return;
  Syscall({Op::kBarrier}, [](Process&, const Verdict&) { return Outcome{0}; });
}
// No barrier, but memory is shared, and another process may be let in as well. The path is for plans.
void sim_unfetch() {
  if (!TheWorld().running().shares_memory) return;
  Syscall({Op::kBarrier, "unfetch"}, [](Process&, const Verdict&) { return Outcome{0}; });
}

int sim_fputs(const char* text, FILE*) {
  TheWorld().running().errors += text;
  return 0;
}

// A failed assertion of the program: as SIGABRT would end it.
void sim_abort() {
  Task& task = TheWorld().running();
  task.exit_status = 134;
  TheWorld().Kill(task);
  task.fiber->Yield();
  __builtin_unreachable();
}

int sim___cxa_atexit(void (*function)(void*), void* argument, void*) {
  TheWorld().running().at_exit.emplace_back(function, argument);
  return 0;
}

void sim_run_process(const bd::os::ProcessOptions* options, bd::Result<bd::os::ProcessResult>* result) {
  const std::string& name = options->arguments[0];
  const int64_t found = Syscall({Op::kSpawn, name}, [&](Process&, const Verdict&) -> Outcome {
    return TheWorld().FindProgram(name) == nullptr ? -ENOENT : 0;
  });
  if (found < 0) {
    const bd::Code code = errno == ENOENT ? bd::Code::kNotFound : bd::Code::kIo;
    *result = bd::Error{code, name + ": not found in PATH", "", false};
    return;
  }
  *result = (*TheWorld().FindProgram(name))(TheWorld().running(), *options);
}

void sim_start_process(const bd::os::ProcessOptions* options, bd::Status* status) {
  bd::Result<bd::os::ProcessResult> result{bd::os::ProcessResult{}};
  sim_run_process(options, &result);
  if (!result) *status = std::move(result).error();
}

}  // extern "C"

int RunShippedProgram(Task& task) {
  TheWorld().LoadPristineStatics(task);
  RunConstructors();
  std::vector<std::string> words = task.options.arguments;
  words.insert(words.begin(), "bd");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int status = bd_main(static_cast<int>(words.size()), argv.data());
  for (auto at = task.at_exit.rbegin(); at != task.at_exit.rend(); ++at) at->first(at->second);
  return status;
}

}  // namespace sim
