// A described record as a JSON text of its own.
#pragma once

#include "engine/base/fields.h"

namespace bd {

template <typename T>
RawJson ToJson(const T& value) {
  RawJson json;
  JsonWriter out(json.text);
  WriteJson(out, value);
  return json;
}

}  // namespace bd
