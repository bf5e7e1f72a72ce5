// SIM_TRY: a call that fails ends the caller with the same outcome.
#pragma once

#include "sim/kernel/outcome.h"

#define SIM_TRY(call)                                                    \
  do {                                                                   \
    if (const ::sim::Outcome failed = (call); failed < 0) return failed; \
  } while (false)
