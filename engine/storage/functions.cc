#include "engine/storage/functions.h"

#include <sqlite3.h>

#include "engine/base/text.h"

namespace bd {

namespace {

std::string_view Argument(sqlite3_value* value) {
  const unsigned char* text = sqlite3_value_text(value);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text), static_cast<size_t>(sqlite3_value_bytes(value))};
}

void Contains(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_result_int(context, ContainsFold(Argument(arguments[0]), Argument(arguments[1])) ? 1 : 0);
}

}  // namespace

void RegisterFunctions(sqlite3* handle) {
  sqlite3_create_function_v2(handle, "bd_contains", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, Contains,
                             nullptr, nullptr, nullptr);
}

}  // namespace bd
