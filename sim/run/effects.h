// What commands do to registers, from their words, their input and their answers.
//
// A command that changes what no register shows, or of which its words do not say what it changes, is listed
// as such in effects.cc: the oracles cannot tell.
#pragma once

#include <string>
#include <vector>

#include "sim/run/invocation.h"

namespace sim {

// Fills `made` and `effects` of one that has ended.
void WorkOut(Invocation& invocation);
// The file that a command reads; "" if none.
std::string InputFileOf(const std::vector<std::string>& words);
bool IsRead(const std::vector<std::string>& words);

}  // namespace sim
