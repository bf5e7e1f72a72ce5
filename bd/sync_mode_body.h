// A sync mode as the three `bd sync mode` commands answer it.
#pragma once

#include <string>

#include "bd/setting.h"

namespace bd {

struct SyncModeBody {
  std::string description, mode;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("description", self.description);
    visit("mode", self.mode);
  }
  static SyncModeBody Of(const SyncMode& mode) {
    return {std::string(mode.description), std::string(mode.name)};
  }
};

}  // namespace bd
