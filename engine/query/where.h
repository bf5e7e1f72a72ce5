// A WHERE clause that grows condition by condition, with its values.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/text.h"
#include "engine/base/time.h"
#include "engine/storage/sqlite.h"

namespace bd {

class Where {
 public:
  // A condition with one "?" for each value.
  template <typename... Values>
  void And(std::string_view condition, const Values&... values) {
    text_ += text_.empty() ? " WHERE " : " AND ";
    text_ += condition;
    (Add(values), ...);
  }
  // "column IN (...)"; an empty list is a condition that nothing meets.
  void AndIn(std::string_view column, const std::vector<std::string>& values, std::string_view behind = "") {
    And(Cat(column, " IN (", Placeholders(values.size()), ")", behind));
    for (const std::string& value : values) Add(value);
  }
  const std::string& text() const { return text_; }
  int Bind(Statement& statement, int first = 1) const {
    for (const auto& value : values_) {
      if (const auto* number = std::get_if<int64_t>(&value)) {
        statement.BindInt(first++, *number);
      } else {
        statement.BindText(first++, std::get<std::string>(value));
      }
    }
    return first;
  }

 private:
  void Add(std::string_view value) { values_.emplace_back(std::string(value)); }
  void Add(int64_t value) { values_.emplace_back(value); }
  void Add(const Time& value) { values_.emplace_back(FormatTime(value)); }

  std::string text_;
  std::vector<std::variant<std::string, int64_t>> values_;
};

}  // namespace bd
