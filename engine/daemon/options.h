// What a daemon was told when it was started. It is part of its record, so that a restart can say it again.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/fields.h"

namespace bd {

struct DaemonOptions {
  int64_t idle_exit_ms = -1;  // ends when nobody asked anything for so long; negative: never
  bool supervised = false;    // a parent starts it again when it fails

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("idle_exit_ms", self.idle_exit_ms);
    visit("supervised", self.supervised, kOmitEmpty);
  }
};

}  // namespace bd
