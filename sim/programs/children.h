// Programs that the programs of the world start, and wait for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/world/world.h"

namespace sim {

struct Child {
  int status = 0;  // 128 + signal
  std::string output, errors;
};

// The shipped program, in the group of the running task.
Child RunBd(const std::vector<std::string>& words, const std::string& directory,
            const std::map<std::string, std::string>& environment = {});
// An executable file; status 0 if there is none.
Child RunHook(const std::string& path, const std::string& directory,
              const std::map<std::string, std::string>& environment);

}  // namespace sim
