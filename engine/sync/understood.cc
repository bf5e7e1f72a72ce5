#include "engine/sync/understood.h"

#include "engine/base/text.h"
#include "engine/types/issue_json.h"
#include "engine/types/validate.h"

namespace bd {

Understood Understand(std::string_view text) {
  Understood result;
  Result<ParsedLine> parsed = ParseIssueLine(text);
  if (!parsed && !IsValidUtf8(text)) {
    parsed = ParseIssueLine(ReplaceInvalidUtf8(text));
    result.repaired = parsed.has_value();
  }
  if (!parsed) {
    result.reason = parsed.error().message;
    return result;
  }
  if (parsed->issue.id.empty()) {
    result.reason = "no id";
    return result;
  }
  RepairClosedAt(parsed->issue);
  if (Status valid = ValidateIssue(parsed->issue, {}, WordCheck::kAnyWords); !valid) {
    result.reason = valid.error().message;
    return result;
  }
  result.issue = std::move(parsed->issue);
  return result;
}

std::string_view WithoutByteOrderMark(const Line& line) {
  std::string_view text = line.text;
  if (line.number == 1 && text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

}  // namespace bd
