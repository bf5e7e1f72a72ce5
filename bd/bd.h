// The whole program as a function: main calls it, and so does the simulator.
#pragma once

#include <span>
#include <string>

namespace bd {

// `arguments` without the program's name. Writes to the standard streams; the result is the exit code.
int Main(std::span<const std::string> arguments);

}  // namespace bd
