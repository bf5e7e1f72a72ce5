// SQL functions of ours. They stand in queries only, never in the schema: other programs open the
// same database without them.
#pragma once

struct sqlite3;

namespace bd {

// bd_contains(text, part): whether part occurs in text; ASCII case does not count.
void RegisterFunctions(sqlite3* handle);

}  // namespace bd
