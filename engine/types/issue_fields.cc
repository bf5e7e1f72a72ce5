#include "engine/types/issue_fields.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/text.h"

namespace bd {

namespace {

struct KeyRow {
  std::string_view key;
  size_t index;
};

constexpr std::array<KeyRow, kIssueFieldCount> kByKey = [] {
  std::array<KeyRow, kIssueFieldCount> rows{};
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = {kIssueFields[i].key, i};
  std::sort(rows.begin(), rows.end(), [](const KeyRow& a, const KeyRow& b) { return a.key < b.key; });
  return rows;
}();

}  // namespace

std::optional<size_t> IssueFieldIndex(std::string_view key) {
  auto row = std::lower_bound(kByKey.begin(), kByKey.end(), key,
                              [](const KeyRow& r, std::string_view k) { return r.key < k; });
  if (row == kByKey.end() || row->key != key) return std::nullopt;
  return row->index;
}

std::optional<size_t> IssueFieldIndexFold(std::string_view key) {
  if (auto exact = IssueFieldIndex(key)) return exact;
  return IssueFieldIndex(Lower(key));
}

FieldSet FieldsNamed(std::initializer_list<std::string_view> keys) {
  FieldSet set;
  for (std::string_view key : keys) {
    auto index = IssueFieldIndex(key);
    ASSERT(index.has_value());
    set.set(*index);
  }
  return set;
}

}  // namespace bd
