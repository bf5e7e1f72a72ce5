// The words of a plan's line with their columns; quotes as in a shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "faultinject/rule.h"

namespace sim {

struct Word {
  std::string text;
  int column = 1;
  bool quoted = false;
};

// Whether all its quotes end; `error` says which one does not.
bool SplitWords(std::string_view line, int number, std::vector<Word>& words, fault::TextError& error);

}  // namespace sim
