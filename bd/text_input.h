// Texts that flags give directly, from a file, or from standard input.
#pragma once

#include <optional>
#include <string>

#include "bd/command.h"

namespace bd {

// The description: --description (also --body, --message; "-" reads standard input) or --body-file.
// Nothing if none is given. kInvalid if both are.
Result<std::optional<std::string>> ReadDescription(const Invocation& invocation);

// "open F: no such file or directory" for what cannot be read.
Result<std::string> ReadTextFile(const std::string& path);

// `invalid --due format "X". Examples: +6h, tomorrow, next monday, 2025-01-15`
Result<std::optional<Time>> ReadMomentFlag(const Invocation& invocation, std::string_view flag,
                                           std::string_view example);

// A moment that lies behind us is accepted with a notice.
void NotePastDefer(Invocation& invocation, const Time& moment);

}  // namespace bd
