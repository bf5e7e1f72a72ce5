// Plans that were kept in files, run again.
#pragma once

#include <string>
#include <vector>

namespace sim {

// All files are read before the first is run; ends the program with 2 if one is none. `twice`: each also with
// other memory, which must change nothing. 1 if something was broken.
int Replay(const std::vector<std::string>& paths, bool twice);

}  // namespace sim
