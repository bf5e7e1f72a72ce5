// Commands that only hold others together: on their own they print their help.
#pragma once

#include "bd/guide.h"

namespace bd {

struct GroupArgs {
  std::string name;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("name", self.name);
  }
};

Result<GroupArgs> PrepareGroup(Invocation& invocation);
Result<GuideBody> RunGroup(const GroupArgs& args);

constexpr Command Group(std::string_view name, std::string_view summary, std::string_view heading) {
  return {.name = name,
          .summary = summary,
          .arguments = "[command]",
          .group = heading,
          .arity = {0, 0},
          .is_group = true,
          .handlers = Handle<GroupArgs, GuideBody, PrepareGroup, RunGroup, PrintGuide>()};
}

}  // namespace bd
