// The process itself: who it is, its environment, chance, and other programs.
#include "engine/os/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "engine/os/background.h"
#include "sim/calls/calls.h"
#include "sim/calls/syscall.h"
#include "sim/world/statics.h"

namespace sim {

namespace {

constexpr const char* kProgram = "/bin/bd";

std::map<std::string, std::string> Changed(std::map<std::string, std::string> environment,
                                           const bd::os::EnvironmentChanges& changes) {
  for (const auto& [variable, value] : changes) {
    environment.erase(variable);
    if (value) environment[variable] = *value;
  }
  return environment;
}

bd::Error CannotRun(const std::string& name) {
  const bd::Code code = errno == ENOENT   ? bd::Code::kNotFound
                        : errno == EACCES ? bd::Code::kDenied
                                          : bd::Code::kIo;
  return bd::Error{code, "cannot run " + name + ": " + strerror(errno), "", false};
}

// A program of the world keeps what it says; a reader is to find it in the pipes.
Program SpeaksIntoPipes(Program program) {
  return [program = std::move(program)](Task& task) {
    const int status = program(task);
    for (const auto& [fd, said] : {std::pair(1, &task.output), std::pair(2, &task.errors)}) {
      OpenFile& end = *task.process->files.at(fd).file;
      end.inode->pipe->room = INT64_MAX;
      TheWorld().kernel().WritePipe(end, said->data(), static_cast<int64_t>(said->size()));
    }
    return status;
  };
}

bd::Result<Task*> StartProgram(const bd::os::ProcessOptions& options, bool speaks_into_pipes = false) {
  const std::string& name = options.arguments[0];
  World& world = TheWorld();
  const int64_t found = Syscall({Op::kSpawn, name}, [&](Process&, const Verdict&) -> Outcome {
    if (!options.directory.empty() && world.kernel().Find(options.directory) == nullptr) return -ENOENT;
    return world.FindProgram(name) == nullptr ? -ENOENT : 0;
  });
  if (found < 0) return CannotRun(name);
  TaskOptions child;
  child.agent = name.substr(name.rfind('/') + 1);
  child.arguments = options.arguments;
  child.directory = options.directory.empty() ? world.running().options.directory : options.directory;
  child.environment = Changed(world.running().process->environment, options.environment);
  child.input = options.input;
  child.program = *world.FindProgram(name);
  if (speaks_into_pipes) child.program = SpeaksIntoPipes(std::move(child.program));
  return &world.StartChild(std::move(child), nullptr);
}

// 128 + 9 if it was killed.
int ExitCodeOf(const Task& child) { return child.killed() ? 137 : child.exit_status; }

// Its output as far as it goes into a file: by calls of ours, which can fail.
bd::Status Keep(const std::string& path, const std::string& bytes) {
  const int fd = sim_open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644);
  bool done = fd >= 0;
  constexpr size_t kChunk = 16384;
  for (size_t at = 0; done && at < bytes.size(); at += kChunk) {
    const size_t count = std::min(kChunk, bytes.size() - at);
    done = sim_write(fd, bytes.data() + at, count) == static_cast<ssize_t>(count);
  }
  if (fd >= 0) sim_close(fd);
  if (done) return bd::Ok();
  return bd::Error{bd::Code::kIo, path + ": cannot be written", "", false};
}

bd::Result<bd::os::ProcessResult> Gather(const Task& child, const bd::os::ProcessOptions& options) {
  const std::string& name = options.arguments[0];
  if (!TheWorld().Await(child, options.timeout_ms * 1'000'000)) {
    TheWorld().KillGroup(child);
    return bd::Error{bd::Code::kBusy,
                     name + ": no answer within " + std::to_string(options.timeout_ms / 1000) + " s", "",
                     false};
  }
  bd::os::ProcessResult result{ExitCodeOf(child), child.output, child.errors};
  if (!options.output_file.empty()) {
    if (bd::Status kept = Keep(options.output_file, result.output); !kept) return std::move(kept).error();
    result.output.clear();
  }
  if (std::max(result.output.size(), result.errors.size()) <= options.output_max) return result;
  return bd::Error{bd::Code::kInvalid, name + ": too much output", "", false};
}

}  // namespace

extern "C" {

char* sim_getenv(const char* name) {
  std::map<std::string, std::string>& environment = TheWorld().running().process->environment;
  const auto at = environment.find(name);
  return at == environment.end() ? nullptr : at->second.data();
}
char* sim_getenv_secure(const char* name) { return sim_getenv(name); }

int sim_getpid() {
  const Process& self = *TheWorld().running().process;
  return Kernel::NumberFor(self, self);
}
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

[[noreturn]] void sim__exit(int status) { TheWorld().Exit(status); }

int sim___cxa_atexit(void (*function)(void*), void* argument, void*) {
  TheWorld().running().at_exit.emplace_back(function, argument);
  return 0;
}

void sim_run_process(const bd::os::ProcessOptions* options, bd::Result<bd::os::ProcessResult>* result) {
  bd::Result<Task*> child = StartProgram(*options);
  *result = child ? Gather(**child, *options) : bd::Result<bd::os::ProcessResult>(std::move(child).error());
}

void sim_start_process(const bd::os::ProcessOptions* options, bd::Status* status) {
  bd::Result<Task*> child = StartProgram(*options);
  if (!child) *status = std::move(child).error();
}

// Its result is the descriptor on which the program speaks to its starter.
int sim_start_in_background(const bd::os::BackgroundOptions* options, int64_t* pid, bd::Status* status) {
  World& world = TheWorld();
  const std::string& name = options->arguments[0];
  if (name != kProgram) world.Unknown("the start of another program in the background");
  if (Syscall({Op::kSpawn, name}, [](Process&, const Verdict&) { return Outcome{0}; }) < 0) {
    *status = CannotRun(name);
    return -1;
  }
  TaskOptions child;
  child.agent = "daemon";
  child.serves = true;
  child.arguments.assign(options->arguments.begin() + 1, options->arguments.end());
  child.environment = Changed(world.running().process->environment, options->environment);
  child.program = RunShippedProgram;
  const Task& started = world.StartChild(std::move(child), nullptr);
  *pid = Kernel::NumberFor(*world.running().process, *started.process);
  world.running().children[*pid] = &started;
  return static_cast<int>(
      world.kernel().ConnectPipe(*started.process, bd::os::kReadyDescriptor, *world.running().process));
}

// Its result is the descriptor of the program's output.
int sim_start_beside(const bd::os::ProcessOptions* options, int64_t* pid, int* errors, bd::Status* status) {
  bd::Result<Task*> child = StartProgram(*options, true);
  if (!child) {
    *status = std::move(child).error();
    return -1;
  }
  World& world = TheWorld();
  Process& self = *world.running().process;
  *pid = Kernel::NumberFor(self, *(*child)->process);
  world.running().children[static_cast<int>(*pid)] = *child;
  const Outcome output = world.kernel().ConnectPipe(*(*child)->process, 1, self);
  *errors = static_cast<int>(world.kernel().ConnectPipe(*(*child)->process, 2, self));
  return static_cast<int>(output);
}

// Whether what the running process started in the background has ended, and how.
int sim_end_of(int64_t pid, int* code) {
  const std::map<int, const Task*>& children = TheWorld().running().children;
  const auto at = children.find(static_cast<int>(pid));
  if (at == children.end() || !at->second->dead()) return 0;
  *code = ExitCodeOf(*at->second);
  return 1;
}

}  // extern "C"

int RunShippedProgram(Task& task) {
  const Build& build = AllBuilds()[task.options.build];
  TheWorld().LoadPristineStatics(task);
  RunConstructors(build);
  task.process->program = kProgram;
  std::vector<std::string> words = task.options.arguments;
  words.insert(words.begin(), "bd");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int status = build.main(static_cast<int>(words.size()), argv.data());
  for (auto at = task.at_exit.rbegin(); at != task.at_exit.rend(); ++at) at->first(at->second);
  return status;
}

}  // namespace sim
