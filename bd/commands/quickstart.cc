// bd quickstart: the first ten minutes.
#include "bd/guide.h"

namespace bd {
namespace {

constexpr std::string_view kText = R"(bd - Dependency-Aware Issue Tracker

Issues live in your repository, in .beads/: a database for speed, and a text file, issues.jsonl, that
travels with git. People and coding agents use the same commands, as many at once as you like.

START
  bd init                           a workspace here, ids begin with the directory's name
  bd init --prefix api              ids like api-a3f

CREATE
  bd create "Fix the login" -t bug -p 1
  bd create "Sign-up page" -d "What and why" --parent api-a3f
  bd q "A quick thought"            prints nothing but the id

  Priorities: 0 (critical) to 4 (some day). Types: bug, feature, task, epic, chore.

FIND
  bd ready                          what nothing stands in the way of
  bd list --status open -p 1
  bd show api-a3f
  bd search login
  bd blocked                        what waits, and for what

WORK
  bd update api-a3f --claim         it is yours; of two who try, one gets it
  bd comments add api-a3f "Found the cause"
  bd close api-a3f -r "Fixed in 1f2e3d"

DEPENDENCIES
  bd dep add api-b api-a            b waits for a
  bd dep tree api-b
  bd create "Found on the way" --deps discovered-from:api-a3f

GIT
  Every change is written to .beads/issues.jsonl; commit it with your code. After a pull the next
  command takes in what came. Changes on both sides are merged field by field.
  bd sync --full                    export, commit, pull, push in one go

FOR PROGRAMS
  --json on every command; bd batch runs many commands in one transaction.

Next: bd prime (for agents), bd <command> --help
)";

}  // namespace

extern const Command kCommand_quickstart = {
    .name = "quickstart",
    .summary = "A short guide to bd",
    .group = "Setup & Configuration",
    .handlers = Guide<kText>(),
};

}  // namespace bd
