// A key, and a key with its value, as arguments and as answers: of bd kv, bd config and get_config.
#pragma once

#include <string>

namespace bd {

struct KeyArgs {
  std::string key;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("key", self.key);
  }
};

struct KeyValue {
  std::string key, value;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("key", self.key);
    visit("value", self.value);
  }
};

}  // namespace bd
