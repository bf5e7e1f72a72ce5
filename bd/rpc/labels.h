// What the label operations share.
#pragma once

#include <string>

namespace bd {

struct LabelOfArgs {
  std::string id, label;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("label", self.label);
  }
};

}  // namespace bd
