// What follows a commit on the side of whoever asked: the issue that was touched last is remembered, and the
// workspace's own hooks are started.
#pragma once

#include <string>
#include <vector>

#include "engine/base/fields.h"
#include "engine/base/result.h"
#include "engine/session/workspace.h"

namespace bd {

struct HookCall {
  std::string name;  // create, update, close
  std::string issue_id;
  std::string issue_line;  // its line after the commit; empty if it is gone

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("name", self.name);
    visit("issue_id", self.issue_id);
    visit("issue_line", self.issue_line);
  }
};

struct Effects {
  std::string touched;
  std::vector<HookCall> hooks;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("touched", self.touched, kOmitEmpty);
    visit("hooks", self.hooks, kOmitEmpty);
  }
};

// Convenience only: what cannot be done of it matters to nobody.
void Perform(const Workspace& workspace, const Effects& effects);

}  // namespace bd
