// What the kv commands share.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace bd {

// Keys that would be taken for settings of the program are refused.
Status CheckKvKey(std::string_view key);

}  // namespace bd
