#include "sim/world/statics.h"

#include <cstring>

// Made by the linker for the sections of sim/cut/sections.ld; those of each build are in its row of
// AllBuilds.
extern "C" {
extern sim::MarkCount __start_bd_marks[], __stop_bd_marks[];
}

namespace sim {

std::optional<size_t> FindBuild(std::string_view name) {
  for (size_t i = 0; i < AllBuilds().size(); ++i) {
    if (AllBuilds()[i].name == name) return i;
  }
  return std::nullopt;
}

std::string PristineStatics(const Build& build) {
  std::string image(build.data.size() + build.bss.size(), '\0');
  SaveStatics(build, image);
  return image;
}

void LoadStatics(const Build& build, const std::string& image) {
  memcpy(build.data.data(), image.data(), build.data.size());
  memcpy(build.bss.data(), image.data() + build.data.size(), build.bss.size());
}

void SaveStatics(const Build& build, std::string& image) {
  memcpy(image.data(), build.data.data(), build.data.size());
  memcpy(image.data() + build.data.size(), build.bss.data(), build.bss.size());
}

void RunConstructors(const Build& build) {
  for (Constructor constructor : build.constructors) constructor(0, nullptr, nullptr);
}

const MarkCount* FirstMark() { return __start_bd_marks; }
const MarkCount* EndOfMarks() { return __stop_bd_marks; }

}  // namespace sim
