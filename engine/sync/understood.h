// A line of a file of issues: an issue, or the reason why it is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/jsonl/reader.h"
#include "engine/types/issue.h"

namespace bd {

// An issue from a line, or why it cannot be taken in.
struct Understood {
  std::optional<Issue> issue;
  std::string reason;
  bool repaired = false;
};
Understood Understand(std::string_view text);

// A line without the mark that some editors put at the front of a file: it belongs to no issue.
std::string_view WithoutByteOrderMark(const Line& line);

}  // namespace bd
