// bd onboard: what to put into AGENTS.md.
#include "bd/guide.h"

namespace bd {
namespace {

constexpr std::string_view kText =
    R"(Put this into AGENTS.md (or CLAUDE.md, .github/copilot-instructions.md) of your project:

--- BEGIN AGENTS.MD CONTENT ---
## Issue tracking

This project keeps its issues with **bd**. Run `bd prime` for the whole workflow.

- `bd ready` - work that nothing blocks
- `bd show <id>` - everything about an issue
- `bd create "Title" -t task -p 2` - a new issue
- `bd update <id> --claim` - take it before you work on it
- `bd close <id> -r "What was done"` - finish it
- `bd sync` - write `.beads/issues.jsonl`; commit that file with your code
--- END AGENTS.MD CONTENT ---

`bd init` writes such a section by itself where there is none.
)";

}  // namespace

extern const Command kCommand_onboard = {
    .name = "onboard",
    .summary = "Print a section for AGENTS.md",
    .group = "Setup & Configuration",
    .handlers = Guide<kText>(),
};

}  // namespace bd
