// .beads/.gitignore of a workspace that was made by an older version: it lacks names that came later.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace bd {

// The patterns that are missing in such a file for git to leave alone what a daemon puts there. A pattern of
// the user's own counts if it covers the names.
std::vector<std::string> MissingIgnores(std::string_view text);

// Appends them. What was added; nothing where the file has them, or is missing: who has none has another way.
Result<std::vector<std::string>> CompleteIgnoreFile(const std::string& path);

inline constexpr const char* kIgnoreFileCompleted =
    "note: .beads/.gitignore now covers the daemon's files as well";

}  // namespace bd
