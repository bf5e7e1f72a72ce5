// What this program calls itself. Clients branch on the number: it is that of the release whose
// interface we keep.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/text.h"

namespace bd {

inline constexpr std::string_view kVersion = "0.49.6";
inline constexpr std::string_view kBuild = "cpp";

inline std::string VersionLine() { return Cat("bd version ", kVersion, " (", kBuild, ")\n"); }

}  // namespace bd
