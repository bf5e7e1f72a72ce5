// What the operations that add and remove an edge share.
#pragma once

#include <string>

namespace bd {

struct EdgeOfArgs {
  std::string from_id, to_id, dep_type;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("from_id", self.from_id);
    visit("to_id", self.to_id);
    visit("dep_type", self.dep_type);
  }
};

}  // namespace bd
