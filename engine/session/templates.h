// The texts that `bd init` writes into a workspace and its repository.
#pragma once

#include <string_view>

namespace bd::templates {

extern const std::string_view kIgnore;         // .beads/.gitignore
extern const std::string_view kConfig;         // .beads/config.yaml, all comments
extern const std::string_view kReadme;         // .beads/README.md
extern const std::string_view kAgents;         // a section of AGENTS.md
extern const std::string_view kAgentsHeading;  // by which the section is found again
extern const std::string_view kAttributes;     // appended to .gitattributes
extern const std::string_view kPreCommit;      // git hooks
extern const std::string_view kPostMerge;
extern const std::string_view kHookMark;  // a line that marks a hook as ours

}  // namespace bd::templates
