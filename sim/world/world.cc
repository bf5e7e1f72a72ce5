#include "sim/world/world.h"

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "sim/world/statics.h"
#include "sim/world/trace_hash.h"

namespace sim {

namespace {

World* the_world = nullptr;

}  // namespace

World& TheWorld() { return *the_world; }

World::World(const WorldOptions& options)
    : options_(options),
      latency_(options.seed, "latency"),
      data_(options.seed, "data"),
      disk_(options.seed, "disk"),
      scheduler_(options.scheduler, options.seed),
      kernel_(options.disk, [this] { return clock_.wall_ns(); }),
      stacks_(options.paint),
      loaded_(AllBuilds().size()) {
  for (const Build& build : AllBuilds()) pristine_.push_back(PristineStatics(build));
  the_world = this;
}

void World::Configure(const WorldOptions& options) {
  options_ = options;
  latency_ = Random(options.seed, "latency");
  data_ = Random(options.seed, "data");
  disk_ = Random(options.seed, "disk");
  scheduler_ = Scheduler(options.scheduler, options.seed);
  kernel_.SetRules(options.disk);
  stacks_.SetPaint(options.paint);
  hash_ = calls_ = switches_ = power_losses_ = 0;
}

void World::Unknown(std::string_view call) {
  fprintf(stderr, "bd-sim: the simulated system does not know this call: %.*s\n",
          static_cast<int>(call.size()), call.data());
  _Exit(3);
}

// --- Processes

Task& World::Start(TaskOptions options) {
  auto owned = std::make_unique<Task>();
  Task& task = *owned;
  tasks_.push_back(std::move(owned));
  task.number = static_cast<int>(tasks_.size());
  task.options = std::move(options);
  task.wake_ns = clock_.mono_ns + task.options.delay_ns;
  task.process = &kernel_.StartProcess(nullptr);
  Process& process = *task.process;
  process.start_ticks = clock_.boottime_ns() / 10'000'000;
  process.uid = process.gid = task.options.uid;
  if (task.options.sandbox != nullptr) GoInside(task);
  process.environment = task.options.environment;
  process.arguments = task.options.arguments;
  if (kernel_.ChangeDirectory(process, task.options.directory) < 0) {
    fprintf(stderr, "bd-sim: no directory %s to start in\n", task.options.directory.c_str());
    _Exit(3);
  }
  if (!task.options.input.empty()) {
    PipeBuffer& pipe = *kernel_.AttachPipe(process, 0, false)->inode->pipe;
    pipe.bytes.assign(task.options.input.begin(), task.options.input.end());
    pipe.writers = 0;
  }
  for (int fd : {1, 2}) kernel_.AttachPipe(process, fd, true)->inode->pipe->room = INT64_MAX;
  task.fiber = std::make_unique<Fiber>(
      [this, &task] {
        task.exit_status = task.options.program(task);
        End(task, Task::State::kEnded);
      },
      stacks_);
  alive_.push_back(&task);
  return task;
}

void World::GoInside(Task& task) {
  const Sandbox& sandbox = *task.options.sandbox;
  if (sandbox.space != nullptr) kernel_.EnterPidSpace(*task.process, sandbox.space);
  for (const fault::Marker& marker : sandbox.profile->markers) {
    if (marker.kind == fault::Marker::Kind::kVariable) task.options.environment[marker.name] = marker.value;
    if (marker.kind == fault::Marker::Kind::kStatus)
      task.process->marks += marker.name + ":\t" + marker.value + "\n";
  }
  if (sandbox.profile->own_home) task.options.environment["HOME"] = sandbox.places.home;
}

int World::ErrorOf(const Task& task, const Call& call) {
  const Sandbox* sandbox = task.options.sandbox.get();
  if (sandbox == nullptr || task.process == nullptr) return 0;
  std::string directory;
  (void)kernel_.CurrentDirectory(*task.process, directory);
  return ErrorInside(*sandbox, call, directory,
                     [this](const std::string& path) { return kernel_.Find(path) != nullptr; });
}

int World::SignalErrorInside(const Process& target) const {
  const Sandbox* sandbox = running_->options.sandbox.get();
  if (sandbox == nullptr) return 0;
  const auto task = std::find_if(alive_.begin(), alive_.end(),
                                 [&target](const Task* one) { return one->process == &target; });
  const bool inside = task != alive_.end() && (*task)->options.sandbox.get() == sandbox;
  if (!inside) return sandbox->profile->signal_outside;
  return *task == running_ ? 0 : sandbox->profile->signal_children;
}

void World::LoadPristineStatics(Task& task) {
  task.statics = pristine_[task.options.build];
  task.owns_statics = true;
  task.heap = heaps_.Take();
  Load(task);
}

// Processes of different builds are not in each other's way.
void World::Load(Task& task) {
  const Build& build = AllBuilds()[task.options.build];
  Task*& loaded = loaded_[task.options.build];
  if (loaded == &task) return;
  if (loaded != nullptr) SaveStatics(build, loaded->statics);
  LoadStatics(build, task.statics);
  loaded = &task;
}

void World::TakeMemory(Task& task) {
  Task*& loaded = loaded_[task.options.build];
  if (loaded == &task) loaded = nullptr;
  task.statics = {};
  heaps_.Give(std::exchange(task.heap, nullptr));
}

void World::End(Task& task, Task::State state) {
  task.state = state;
  task.ended_ns = clock_.mono_ns;
  kernel_.EndProcess(*task.process, task.exit_status);
  task.process = nullptr;
  std::erase(alive_, &task);
  TakeMemory(task);
  WakeWoken();
  for (Task* other : alive_) {
    if (other->awaited == &task) other->wake_ns = clock_.mono_ns;
  }
  Note(static_cast<uint64_t>(task.exit_status) ^ 0xE0);
  for (Observer* observer : observers_) observer->OnEnd(task);
  const std::shared_ptr<const Sandbox> sandbox = task.options.sandbox;
  if (sandbox == nullptr || !task.is_agents_own() || sandbox->lives_on || !sandbox->profile->children_die)
    return;
  const std::vector<Task*> alive = alive_;
  for (Task* other : alive) {
    if (other->options.sandbox == sandbox) Kill(*other);
  }
}

void World::Kill(Task& task) {
  if (!task.dead()) End(task, Task::State::kKilled);
}

void World::LosePower() {
  ++power_losses_;
  const std::vector<Task*> victims = alive_;
  alive_.clear();
  for (Task* task : victims) {
    task->state = Task::State::kKilled;
    task->ended_ns = clock_.mono_ns;
    task->process = nullptr;
    TakeMemory(*task);
  }
  kernel_.LosePower(disk_);
  clock_.Boot();
  (void)kernel_.TakeWoken();
  for (Observer* observer : observers_) observer->OnPowerLoss();
  for (Task* task : victims) {
    for (Observer* observer : observers_) observer->OnEnd(*task);
  }
}

const Program* World::FindProgram(const std::string& name) const {
  if (name.find('/') != std::string::npos) {
    const InodeRef file = kernel_.Find(name);
    return script_ && file != nullptr && (file->mode & 0111) != 0 ? &script_ : nullptr;
  }
  const auto at = programs_.find(name);
  return at == programs_.end() ? nullptr : &at->second;
}

Task& World::StartChild(TaskOptions options, const Task* group) {
  options.group = group != nullptr ? group->options.group : static_cast<int>(tasks_.size()) + 1;
  options.agent = running_->options.agent + "/" + options.agent;
  options.command = running_->options.command;
  options.uid = running_->options.uid;
  options.sandbox = running_->options.sandbox;
  options.build = running_->options.build;
  return Start(std::move(options));
}

bool World::Await(const Task& child, int64_t timeout_ns) {
  if (child.dead()) return true;
  running_->awaited = &child;
  Sleep(timeout_ns);
  running_->awaited = nullptr;
  return child.dead();
}

void World::EndBySignal(Task& task, int signal) {
  if (signal != SIGKILL) {
    task.told_to_end = true;
    if (task.stopped_until_ns > clock_.mono_ns) return;
    for (const std::string& path : task.removes_at_its_end) (void)kernel_.Unlink(*task.process, path);
  }
  Kill(task);
}

void World::EndBySignal(const Process& process, int signal) {
  const auto task = std::find_if(alive_.begin(), alive_.end(),
                                 [&process](const Task* one) { return one->process == &process; });
  if (task != alive_.end()) EndBySignal(**task, signal);
}

bool World::IsBusy() const {
  return std::any_of(alive_.begin(), alive_.end(), [](const Task* task) { return !task->options.serves; });
}

void World::Terminate() {
  const std::vector<Task*> alive = alive_;
  for (Task* task : alive) {
    Process* ends = nullptr;
    Process& process = *task->process;
    if (task->options.serves) kernel_.Signal(process, Kernel::NumberFor(process, process), SIGTERM, ends);
    if (ends != nullptr) Kill(*task);
  }
  WakeWoken();
}

void World::KillGroup(const Task& leader) { EndGroupBySignal(leader, SIGKILL); }

void World::EndGroupBySignal(const Task& leader, int signal) {
  const std::vector<Task*> alive = alive_;
  for (Task* task : alive) {
    if (task->options.group == leader.number) EndBySignal(*task, signal);
  }
}

// --- Scheduling

void World::WakeWoken() {
  for (const void* channel : kernel_.TakeWoken()) {
    for (Task* task : alive_) {
      if (task->state != Task::State::kBlocked) continue;
      const std::vector<const void*>& watches = task->process->watches;
      if (task->process->waits_for == channel ||
          std::find(watches.begin(), watches.end(), channel) != watches.end()) {
        task->state = Task::State::kReady;
      }
    }
  }
}

const std::vector<int>& World::Ready(int64_t& next_ns) {
  ready_.clear();
  next_ns = INT64_MAX;
  for (Task* task : alive_) {
    int64_t at = 0;
    if (task->state == Task::State::kSleeping) at = task->wake_ns;
    if (task->state == Task::State::kBlocked) at = std::min(task->NextTimerNs(), task->blocked_until_ns);
    at = std::min(at, task->guard.rings_ns);
    at = std::max(at, task->stopped_until_ns);
    if (at <= clock_.mono_ns) {
      ready_.push_back(task->number);
    } else {
      next_ns = std::min(next_ns, at);
    }
  }
  return ready_;
}

bool World::Step() {
  int64_t next_ns = 0;
  if (alive_.empty()) return false;
  const std::vector<int>& ready = Ready(next_ns);
  if (ready.empty()) {
    deadlocked_ = next_ns == INT64_MAX;
    if (!deadlocked_) clock_.mono_ns = next_ns;
    return !deadlocked_;
  }
  Task& task = *tasks_[static_cast<size_t>(scheduler_.Pick(ready, running_ ? running_->number : 0)) - 1];
  if (task.told_to_end) {
    EndBySignal(task, SIGTERM);
    return true;
  }
  if (task.state == Task::State::kBlocked && task.NextTimerNs() <= clock_.mono_ns) {
    task.interrupted = true;
    task.timer_ns = task.timer_interval_ns != 0 ? clock_.mono_ns + task.timer_interval_ns : 0;
  }
  if (task.started_ns == 0) {
    task.started_ns = clock_.mono_ns;
    for (Observer* observer : observers_) observer->OnStart(task);
  }
  task.state = Task::State::kReady;
  Resume(task);
  return true;
}

void World::Resume(Task& task) {
  ++switches_;
  if (task.owns_statics) Load(task);
  running_ = &task;
  task.fiber->Resume();
  if (task.dead()) {
    task.fiber.reset();
    running_ = nullptr;
  }
}

void World::Switch() {
  running_->fiber->Yield();
  RingGuard();
}

// Its handler makes calls of its own.
void World::RingGuard() {
  Guard& guard = running_->guard;
  if (guard.is_ringing || guard.rings_ns > clock_.mono_ns) return;
  guard.is_ringing = true;
  guard.rings_ns = Guard::kNever;
  const std::vector<fault::Rule> strike_after = std::exchange(running_->strike_after, {});
  siginfo_t info{};
  info.si_value = guard.value;
  guard.handler(SIGVTALRM, &info, nullptr);
  running_->strike_after = strike_after;
  guard.is_ringing = false;
}

void World::Exit(int status) {
  running_->exit_status = status;
  End(*running_, Task::State::kEnded);
  running_->fiber->Yield();
  __builtin_unreachable();
}

bool World::Wait(int64_t until_ns) {
  Task& task = *running_;
  task.state = Task::State::kBlocked;
  task.blocked_until_ns = until_ns;
  task.interrupted = false;
  Switch();
  const bool interrupted = std::exchange(task.interrupted, false);
  if (interrupted) task.process->waits_for = nullptr;
  return !interrupted;
}

void World::Sleep(int64_t ns) {
  running_->wake_ns = clock_.mono_ns + ns;
  do {
    running_->state = Task::State::kSleeping;
    Switch();
  } while (running_->wake_ns > clock_.mono_ns);
}

void World::Note(const void* bytes, size_t count) { Note(HashOfBytes(bytes, count)); }

}  // namespace sim
