// How many cases rapidcheck draws, if nobody says otherwise.
#pragma once

#include <cstdlib>
#include <string>

namespace sim_test {

// To be called before the first property; RC_PARAMS of the caller goes first.
inline void SetDefaultCases(const std::string& parameters) {
  const char* asked = getenv("RC_PARAMS");
  setenv("RC_PARAMS", (parameters + " " + (asked == nullptr ? "" : asked)).c_str(), 1);
}

}  // namespace sim_test
