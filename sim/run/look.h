// What an answer showed of the registers.
#pragma once

#include <optional>

#include "sim/run/invocation.h"

namespace sim {

// Of `show`, `list`, `export`, `kv get` and `config get`; nothing for other commands and for those that
// failed.
std::optional<Shown> LookOf(const Invocation& invocation);
// Whether issues that it did not show were not there: it shows as many as there are.
bool ShowsAll(const Invocation& look, const Shown& shown);

}  // namespace sim
