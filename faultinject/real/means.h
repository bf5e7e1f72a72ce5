// What the system below lets us do to build a sandbox with. Some kernels, and most sandboxes, forbid some of
// it.
#pragma once

#include <string>

namespace fault::real {

// A reason is empty if it works.
struct Means {
  int landlock_abi = 0;
  std::string no_landlock;
  std::string no_seccomp;
  std::string no_notices;  // seccomp that asks us about each call
  std::string no_namespaces;
  bool user_namespace = false;  // the others only together with one
};

Means LookForMeans();

}  // namespace fault::real
