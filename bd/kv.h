// What the kv commands share.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace bd {

struct KeyValue {
  std::string key, value;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("key", self.key);
    visit("value", self.value);
  }
};

// Keys that would be taken for settings of the program are refused.
Status CheckKvKey(std::string_view key);

}  // namespace bd
