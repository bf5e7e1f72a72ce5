// Randomness from the system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bd::os {

std::string RandomBytes(size_t count);
std::string RandomHex(size_t bytes);  // two digits a byte
uint64_t Random64();

}  // namespace bd::os
