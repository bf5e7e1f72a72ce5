// Paths as text, and the two questions about them that need the system: where are we, and where does
// a path really lead.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace bd::os {

std::string JoinPath(std::string_view directory, std::string_view name);  // name if it is absolute
std::string DirectoryOf(std::string_view path);                           // "." for a bare name
std::string NameOf(std::string_view path);
// Without ".", "..", and doubled or trailing slashes; links are not looked at.
std::string CleanPath(std::string_view path);

Result<std::string> CurrentDirectory();
// Absolute and clean; relative to the current directory.
Result<std::string> AbsolutePath(std::string_view path);
// Absolute with every link resolved. The last part need not exist. kInvalid for a cycle of links.
Result<std::string> RealPath(std::string_view path);

}  // namespace bd::os
