// How often a rare path was taken (engine/base/mark.h), so that a test can demand that it was.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/mark.h"

// The linker's names for the section in which all counters stand.
extern "C" {
extern bd::Mark __start_bd_marks[];  // NOLINT: its name
extern bd::Mark __stop_bd_marks[];   // NOLINT: its name
}

namespace bd {

// One name may stand at several places.
inline uint64_t MarkCount(std::string_view name) {
  uint64_t count = 0;
  for (const Mark* mark = __start_bd_marks; mark != __stop_bd_marks; ++mark) {
    if (mark->name == name) count += mark->count;
  }
  return count;
}

// How often it is taken from here on.
class MarkWatch {
 public:
  explicit MarkWatch(std::string_view name) : name_(name), before_(MarkCount(name)) {}
  uint64_t taken() const { return MarkCount(name_) - before_; }

 private:
  std::string_view name_;
  uint64_t before_;
};

}  // namespace bd
