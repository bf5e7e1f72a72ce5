// Whole files through the redirected calls, as simple programs read and write them: in chunks, each a call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sim {

std::optional<std::string> ReadWhole(const std::string& path);
// False as soon as a call fails.
bool WriteInPlace(const std::string& path, std::string_view bytes, int open_flags);
bool WriteByRename(const std::string& path, std::string_view bytes);

}  // namespace sim
