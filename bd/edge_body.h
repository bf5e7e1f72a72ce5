// The answer of commands that add or remove an edge.
#pragma once

#include "bd/command.h"

namespace bd {

struct EdgeArgs {
  std::string from, to, type;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("from", self.from);
    visit("to", self.to);
    visit("type", self.type);
  }
};

struct EdgeBody {
  std::string depends_on_id, issue_id, status, type;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("depends_on_id", self.depends_on_id);
    visit("issue_id", self.issue_id);
    visit("status", self.status);
    visit("type", self.type, kOmitEmpty);
  }
};

// Resolves one end; `resolving ROLE ID X: ...`. An external reference stands for itself.
Result<std::string> ResolveEnd(Session& session, std::string_view role, const std::string& typed);

// The circles of edges there are, as a warning for standard error.
Status WarnOfCycles(Session& session);

}  // namespace bd
