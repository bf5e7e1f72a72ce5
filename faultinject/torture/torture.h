// Real processes under bad treatment: several clients and a daemon work in a repository while they are killed
// and stopped, the store is replaced, the socket deleted, the disk full. Then everything that was
// acknowledged is found again, and nobody and nothing is left behind.
#pragma once

#include <cstdint>
#include <string>

namespace fault::torture {

struct Options {
  std::string program;  // bd
  int64_t seconds = 10;
  uint64_t seed = 1;
  int64_t clients = 6;
};

// Prints a summary; 0, or 1 if something is not as it must be.
int Torture(const Options& options);

}  // namespace fault::torture
