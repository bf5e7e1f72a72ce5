// What a daemon was told when it was started. It is part of its record, so that a restart can say it again.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/fields.h"

namespace bd {

struct DaemonOptions {
  int64_t idle_exit_ms = -1;    // ends when nobody asked anything for so long; negative: never
  bool supervised = false;      // a parent starts it again when it fails
  bool auto_commit = false;     // commits the shared file
  int64_t interval_ms = 5'000;  // between two such commits

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("idle_exit_ms", self.idle_exit_ms);
    visit("supervised", self.supervised, kOmitEmpty);
    visit("auto_commit", self.auto_commit, kOmitEmpty);
    visit("interval_ms", self.interval_ms);
  }
};

}  // namespace bd
