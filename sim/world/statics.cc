#include "sim/world/statics.h"

#include <cstring>

// Made by the linker for the sections of sim/cut/sections.ld.
extern "C" {
extern char __start_bd_data[], __stop_bd_data[], __start_bd_bss[], __stop_bd_bss[];
extern void (*__start_bd_init[])(int, char**, char**);
extern void (*__stop_bd_init[])(int, char**, char**);
extern sim::MarkCount __start_bd_marks[], __stop_bd_marks[];
}

namespace sim {

namespace {
size_t DataSize() { return static_cast<size_t>(__stop_bd_data - __start_bd_data); }
size_t BssSize() { return static_cast<size_t>(__stop_bd_bss - __start_bd_bss); }
}  // namespace

std::string PristineStatics() {
  std::string image(DataSize() + BssSize(), '\0');
  SaveStatics(image);
  return image;
}

void LoadStatics(const std::string& image) {
  memcpy(__start_bd_data, image.data(), DataSize());
  memcpy(__start_bd_bss, image.data() + DataSize(), BssSize());
}

void SaveStatics(std::string& image) {
  memcpy(image.data(), __start_bd_data, DataSize());
  memcpy(image.data() + DataSize(), __start_bd_bss, BssSize());
}

void RunConstructors() {
  for (auto** constructor = __start_bd_init; constructor != __stop_bd_init; ++constructor) {
    (*constructor)(0, nullptr, nullptr);
  }
}

const MarkCount* FirstMark() { return __start_bd_marks; }
const MarkCount* EndOfMarks() { return __stop_bd_marks; }

}  // namespace sim
