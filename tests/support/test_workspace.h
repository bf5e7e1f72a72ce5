// A workspace in a directory of its own, as commands find it.
#pragma once

#include "engine/session/new_database.h"
#include "engine/session/session.h"
#include "tests/support/workspace.h"

namespace bd {

// A workspace with a database and nothing in it.
class TestWorkspace {
 public:
  TestWorkspace() {
    Must(os::MakeDirectory(directory_.Path(".beads"), 0755));
    workspace_ = Must(WorkspaceAt(directory_.Path(".beads")));
    Must(CreateDatabase(workspace_, config_, {.prefix = "bd"}));
  }
  Session Open() {
    SessionOptions options;
    options.actor = "tester";
    return Must(Session::Open(workspace_, config_, options));
  }
  const Workspace& workspace() const { return workspace_; }

 private:
  TemporaryDirectory directory_;
  Workspace workspace_;
  Config config_;
};

}  // namespace bd
