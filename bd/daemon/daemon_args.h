// Which daemon a command is about: that of this workspace, or the one that is named.
#pragma once

#include <string>

#include "bd/command.h"
#include "bd/daemon/report.h"

namespace bd {

struct DaemonArgs {
  std::string database;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("database", self.database);
  }
};

inline Result<DaemonArgs> PrepareDaemonArgs(Invocation& invocation) {
  const bool is_here = invocation.arguments.empty();
  return DaemonArgs{is_here ? invocation.workspace->database
                            : TRY(DatabaseOfTarget(invocation.arguments[0]))};
}

}  // namespace bd
