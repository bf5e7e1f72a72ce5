// duplicate and supersede: an edge to the issue that takes the place of this one, which is closed.
#pragma once

#include "bd/command.h"

namespace bd {

struct FinishArgs {
  std::string id, other;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("other", self.other);
  }
};

struct FinishWords {
  std::string_view edge_type;
  std::string_view self_error;  // an issue cannot take its own place
  std::string_view other_name;  // "canonical", "replacement"
  std::string_view reason;      // close reason, before the other id
};

struct Finished {
  std::string id, other;
};
Result<Finished> FinishAs(Session& session, const FinishArgs& args, const FinishWords& words);

}  // namespace bd
