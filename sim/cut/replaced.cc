// The functions of the shipped archives that are replaced as a whole. Linked before the archives, so that
// these definitions are taken:
//   - starting a program (engine/os/process.cc, background_start.cc): the simulated kernel has no fork
//   - SQLite's memory barrier (mutex_unix.c): the WAL-index is read and written by plain loads and stores,
//     and this is a place between them where another process can be let in
//   - sqlite3OsUnfetch (os.c), which only passes a call on: the one call between a checkpointer's look at the
//     header of the WAL-index and his look at how much of the WAL was copied (F35)
//   - Nettle's question to the processor, which its constructor asks in each process: the answer is
//     remembered, for on a virtual machine each asking leaves it
#include <sqlite3.h>

#include <cstdint>

#include "engine/os/background.h"
#include "engine/os/process.h"
#include "engine/os/running_process.h"

extern "C" {
// By pointer: what is a class here and there must not be passed by value through a C name.
void sim_run_process(const bd::os::ProcessOptions* options, bd::Result<bd::os::ProcessResult>* result);
void sim_start_process(const bd::os::ProcessOptions* options, bd::Status* status);
int sim_start_in_background(const bd::os::BackgroundOptions* options, int64_t* pid, bd::Status* status);
int sim_start_beside(const bd::os::ProcessOptions* options, int64_t* pid, int* errors, bd::Status* status);
int sim_end_of(int64_t pid, int* code);
int sim_pidfd_open(int pid, unsigned flags);
void sim_memory_barrier();
void sim_cpuid(uint32_t leaf, uint32_t* registers);
void sim_unfetch();

void sqlite3MemoryBarrier() { sim_memory_barrier(); }
int sqlite3OsUnfetch(sqlite3_file* file, sqlite3_int64 offset, void* page) {
  sim_unfetch();
  return file->pMethods->xUnfetch(file, offset, page);
}
void _nettle_cpuid(uint32_t leaf, uint32_t* registers) { sim_cpuid(leaf, registers); }
}

namespace bd::os {

Result<ProcessResult> RunProcess(const ProcessOptions& options) {
  Result<ProcessResult> result{ProcessResult{}};
  sim_run_process(&options, &result);
  return result;
}

Status StartProcess(const ProcessOptions& options) {
  Status status = Ok();
  sim_start_process(&options, &status);
  return status;
}

Result<Started> StartInBackground(const BackgroundOptions& options) {
  Started started;
  Status status = Ok();
  started.words = Fd(sim_start_in_background(&options, &started.pid, &status));
  if (!status) return std::move(status).error();
  started.process = Fd(sim_pidfd_open(static_cast<int>(started.pid), 0));
  return started;
}

Result<Started> StartBeside(const ProcessOptions& options) {
  Started started;
  Status status = Ok();
  int errors = -1;
  started.words = Fd(sim_start_beside(&options, &started.pid, &errors, &status));
  started.errors = Fd(errors);
  if (!status) return std::move(status).error();
  started.process = Fd(sim_pidfd_open(static_cast<int>(started.pid), 0));
  return started;
}

Result<std::optional<int>> EndOf(const Started& started) {
  int code = 0;
  if (sim_end_of(started.pid, &code) == 0) return std::optional<int>();
  return std::optional<int>(code);
}

}  // namespace bd::os
