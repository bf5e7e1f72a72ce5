// A file that was named on a tool's command line.
#pragma once

#include <string>

#include "faultinject/rule.h"

namespace fault {

// All of it. Ends the program with 2 and a message with its name if it cannot be read.
std::string ReadTextOrEnd(const std::string& path);
// Ends the program with 2: what is wrong in a text of this name, with line and column.
[[noreturn]] void RefuseText(const std::string& name, const TextError& error);

}  // namespace fault
