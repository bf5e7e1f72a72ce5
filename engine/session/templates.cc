#include "engine/session/templates.h"

namespace bd::templates {

const std::string_view kIgnore = R"(# The database and its companions: rebuilt from issues.jsonl, never shared
*.db
*.db?*
*.db-journal
*.db-wal
*.db-shm

# State of a running daemon
daemon.lock
daemon.log*
daemon.pid
daemon-start-state.json*
daemon-error*
daemon.last.json*
bd.sock*
sync-state.json
last-touched

# Notes of this machine
.local_version
config.local.yaml
db.sqlite
bd.db
redirect

# Left over from merges
beads.base.jsonl
beads.base.meta.json
beads.left.jsonl
beads.left.meta.json
beads.right.jsonl
beads.right.meta.json

# Locks and sync state
.sync.lock
.jsonl.lock
sync_base.jsonl
export-state/
)";

const std::string_view kConfig =
    R"(# Settings of this workspace. Every line here is a comment: remove the # to change a default.
# Order: command line, environment (BD_ and the key in capitals), config.local.yaml, this file.
# Settings that are not listed here live in the database: see 'bd config list'.

# Prefix of new issue ids (bd init --prefix sets the one in the database)
# issue-prefix: ""

# Who you are in the history of issues; default: git user.name
# actor: ""

# --- Output

# Print JSON without being asked
# json: false

# --- Database and JSONL file

# Database to use instead of .beads/beads.db
# db: ""

# Work with issues.jsonl alone
# no-db: false

# Refuse to change anything
# readonly: false

# How long a command waits for other writers
# lock-timeout: 30s

# Do not write issues.jsonl after changes (run 'bd sync' yourself)
# no-auto-flush: false

# Do not take a newer issues.jsonl into the database
# no-auto-import: false

# Collect changes for this long before the daemon writes them out
# flush-debounce: 30s

# --- Daemon

# Work without a daemon
# no-daemon: false

# Start one when it is missing
# auto-start-daemon: true

# --- Sync and git

# Keep issues on a branch of their own
# sync-branch: "beads-sync"

# Commit, but do not push
# no-push: false

# Author of commits made by 'bd sync', and whether they are signed
# git:
#   author: "beads <beads@example.com>"
#   no-gpg-sign: false

# --- Rules

# New issues must have a description
# create.require-description: false

# Greatest depth of children (a.1.2.3 has depth 3)
# hierarchy.max-depth: 3

# --- Somebody else's repository: keep plans out of it (routing)
#   mode: auto
#   contributor: ~/.beads-planning)";

const std::string_view kReadme = R"(# Issues of this project

This directory is the workspace of `bd`, an issue tracker that lives in the repository.

- `issues.jsonl` has one issue a line. It is committed with the code.
- `beads.db` is a database made from it. It is ignored by git and can be rebuilt at any time.
- `config.yaml` has the settings.

A few commands:

    bd ready                 what can be worked on now
    bd create "Title"        a new issue
    bd show ID               everything about one
    bd update ID --claim     take it
    bd close ID -r "Done"    finish it

`bd quickstart` tells more.
)";

const std::string_view kAgentsHeading = "## Landing the Plane (Session Completion)";

const std::string_view kAgents = R"(## Issue Tracking

This project keeps its issues with **bd**. `bd prime` prints the whole workflow; the short form:

```bash
bd ready                  # what can be worked on now
bd show <id>              # everything about an issue
bd update <id> --claim    # take it
bd close <id>             # finish it
bd sync                   # write issues.jsonl
```

## Landing the Plane (Session Completion)

Work is finished when it is pushed. Before you end a session:

1. File issues for what remains, close what is done, update what is in progress.
2. Run the tests and linters if code changed.
3. Push:
   ```bash
   git pull --rebase
   bd sync
   git add -A && git commit
   git push
   git status   # must say: up to date with origin
   ```
4. Say what you did and what comes next.

Do not stop before the push has succeeded, and do not leave it to somebody else.
)";

const std::string_view kAttributes = R"(
# Use bd merge for beads JSONL files
.beads/issues.jsonl merge=beads
)";

const std::string_view kHookMark = "# bd (beads)";

const std::string_view kPreCommit = R"(#!/bin/sh
# bd (beads) pre-commit hook: puts pending changes of issues into this commit.
#
# A hook that was here before is kept as pre-commit.old and runs first.
hook="$(dirname "$0")/pre-commit.old"
if [ -x "$hook" ]; then
    "$hook" "$@" || exit $?
fi
command -v bd >/dev/null 2>&1 || {
    echo "Warning: bd not found, issues are not synced" >&2
    exit 0
}
root=$(git rev-parse --show-toplevel 2>/dev/null) || exit 0
[ -d "$root/.beads" ] || exit 0
bd sync --flush-only --no-daemon >/dev/null || {
    echo "Error: bd sync --flush-only failed; run it by hand to see why" >&2
    exit 1
}
for name in issues.jsonl beads.jsonl deletions.jsonl interactions.jsonl; do
    file="$root/.beads/$name"
    [ -f "$file" ] || continue
    if [ -n "$BEADS_NO_AUTO_STAGE" ]; then
        git diff --quiet -- "$file" || {
            echo "Error: $file has unstaged changes; run: git add $file" >&2
            exit 1
        }
    else
        git add "$file" 2>/dev/null || true
    fi
done
exit 0
)";

const std::string_view kPostMerge = R"(#!/bin/sh
# bd (beads) post-merge hook: takes what came with a pull into the database.
#
# A hook that was here before is kept as post-merge.old and runs first.
hook="$(dirname "$0")/post-merge.old"
if [ -x "$hook" ]; then
    "$hook" "$@" || exit $?
fi
command -v bd >/dev/null 2>&1 || exit 0
root=$(git rev-parse --show-toplevel 2>/dev/null) || exit 0
[ -f "$root/.beads/issues.jsonl" ] || exit 0
bd sync --import-only --no-daemon >/dev/null 2>&1 || {
    echo "Warning: bd could not take in .beads/issues.jsonl; run: bd sync --import-only" >&2
}
exit 0
)";

}  // namespace bd::templates
