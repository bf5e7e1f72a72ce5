// The functions of the shipped archives that are replaced as a whole. Linked before the archives, so that
// these definitions are taken:
//   - starting a program (engine/os/process.cc): the simulated kernel has no fork
//   - SQLite's memory barrier (mutex_unix.c): the WAL-index is read and written by plain loads and stores, so
//   a
//     barrier is the one place between them where another process can be let in
//   - Nettle's question to the processor, which its constructor asks in each process: the answer is
//     remembered, for on a virtual machine each asking leaves it
#include <cstdint>

#include "engine/os/process.h"

extern "C" {
// By pointer: what is a class here and there must not be passed by value through a C name.
void sim_run_process(const bd::os::ProcessOptions* options, bd::Result<bd::os::ProcessResult>* result);
void sim_start_process(const bd::os::ProcessOptions* options, bd::Status* status);
void sim_memory_barrier();
void sim_cpuid(uint32_t leaf, uint32_t* registers);

void sqlite3MemoryBarrier() { sim_memory_barrier(); }
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

}  // namespace bd::os
