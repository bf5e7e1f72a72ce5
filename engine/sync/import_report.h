// What came of reading a file of issues.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/storage/exchange.h"
#include "engine/sync/take_in.h"

namespace bd {

struct ImportReport {
  int64_t lines = 0;
  int64_t created = 0, updated = 0, unchanged = 0;
  int64_t merged = 0;      // both sides had changed
  int64_t kept_newer = 0;  // the store's version was the later one
  int64_t renumbered = 0;  // two issues under one id
  int64_t missing = 0;     // in the store and exchanged before, but no longer in the file
  int64_t repaired = 0;    // lines with bytes that are no UTF-8
  std::vector<RejectedLine> rejected;
  void Count(TakenIn outcome);
  // What a reader may want to know, a line each; empty if nothing was odd.
  std::vector<std::string> Remarks() const;
};

}  // namespace bd
