// The builds of the shipped program that there are (sim/cut/builds.cmake), and the writable memory of each:
// what a process of its own would have. The world loads a process's copy before it runs and takes it back
// when another one of the same build runs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sim {

using Constructor = void (*)(int, char**, char**);

struct Build {
  std::string_view name;  // of sim/builds; "": the one that is shipped
  int protocol;           // that it speaks with its daemon
  int schema;             // up to which it knows the store
  std::span<char> data, bss;
  std::span<const Constructor> constructors;
  int (*main)(int argc, char** argv);
};

// The first is the one that is shipped.
std::span<const Build> AllBuilds();
inline constexpr size_t kShipped = 0;
std::optional<size_t> FindBuild(std::string_view name);

// As it is before any code ran.
std::string PristineStatics(const Build& build);
void LoadStatics(const Build& build, const std::string& image);
void SaveStatics(const Build& build, std::string& image);
// The constructors of statics, in the process whose statics are loaded.
void RunConstructors(const Build& build);

// Coverage probes (engine/base/mark.h): name and count over all processes of this run. A name stands there
// once for each build.
struct MarkCount {
  const char* name;
  uint64_t count;
};
const MarkCount* FirstMark();
const MarkCount* EndOfMarks();

}  // namespace sim
