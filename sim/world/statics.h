// The writable memory of the shipped objects: what a process of its own would have. The world loads a
// process's copy before it runs and takes it back when another one runs.
#pragma once

#include <string>

namespace sim {

// As it is before any code ran.
std::string PristineStatics();
void LoadStatics(const std::string& image);
void SaveStatics(std::string& image);
// The constructors of statics, in the process whose statics are loaded.
void RunConstructors();

// Coverage probes (engine/base/mark.h): name and count over all processes of this run.
struct MarkCount {
  const char* name;
  uint64_t count;
};
const MarkCount* FirstMark();
const MarkCount* EndOfMarks();

}  // namespace sim
