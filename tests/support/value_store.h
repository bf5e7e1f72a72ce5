// A store with one setting in it, which a test changes and looks at.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/workspace.h"

namespace bd {

inline Status PutValue(Tx& tx, std::string_view key, std::string_view value) {
  return SetConfig(tx, key, value);
}

// A database with one setting, and nothing open.
inline std::string MakeStore(const TemporaryDirectory& directory, std::string_view name,
                             std::string_view value) {
  const std::string path = directory.Path(name);
  Must(Store::Create({path}, [&](Tx& tx) { return PutValue(tx, "value", value); }));
  return path;
}

inline Status Change(Store& store, std::string_view value) {
  Tx tx = TRY(store.BeginWrite());
  TRY(PutValue(tx, "value", value));
  return store.Commit(std::move(tx));
}

inline std::string Value(Store& store) {
  Tx tx = Must(store.BeginRead());
  return Must(GetConfig(tx, "value")).value_or("none");
}

inline std::string ValueIn(const std::string& path) {
  Store store = Must(Store::Open({path}));
  return Value(store);
}

}  // namespace bd
