// Assertions for errors of the programmer; always on. A crash is safe: the state is in transactions.
// Never on input: that is a kInvalid error.
#pragma once

namespace bd {

[[noreturn]] void AssertFailed(const char* expression, const char* file, int line);

#define ASSERT(expression) ((expression) ? void() : ::bd::AssertFailed(#expression, __FILE__, __LINE__))

}  // namespace bd
