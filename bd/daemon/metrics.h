// What a daemon counts about the operations it was asked for.
//
// Latencies are those of the last thousand requests of an operation: from the moment it was read to its
// answer, the wait for the shared commit included. Percentiles are samples that were measured, not
// interpolated.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/json.h"

namespace bd {

class Metrics {
 public:
  void Note(const std::string& operation, bool failed, int64_t nanoseconds);
  // A JSON array, the most frequent first; among equals by name.
  void Write(JsonWriter& out) const;

 private:
  struct Counted {
    int64_t total = 0, failed = 0;
    std::vector<int64_t> samples;  // nanoseconds; a ring once it is full
  };
  static void WriteLatency(JsonWriter& out, const Counted& counted);

  std::map<std::string, Counted> operations_;
};

}  // namespace bd
