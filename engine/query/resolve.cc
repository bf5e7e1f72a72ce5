#include "engine/query/resolve.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/storage/issues.h"
#include "engine/storage/settings.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace {

bool IsLowerAlnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

// 1 to 8 characters, a hyphen, and something behind it.
bool LooksPrefixed(std::string_view input) {
  const size_t hyphen = input.find('-');
  if (hyphen == std::string_view::npos || hyphen < 1 || hyphen > 8 || hyphen + 1 >= input.size())
    return false;
  return std::all_of(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(hyphen), IsLowerAlnum) &&
         IsLowerAlnum(input[hyphen + 1]);
}

Error NoMatch(std::string_view input) { return NotFound(Cat("no issue found matching ", Quote(input))); }

Error Ambiguous(std::string_view input, const std::vector<std::string>& ids) {
  return Invalid(Cat("ambiguous ID ", Quote(input), " matches ", ids.size(), " issues: [", Join(ids, " "),
                     "]\nUse more characters to disambiguate"));
}

// Whether the id is there: live, deleted, or not at all.
enum class Presence { kLive, kDeleted, kAbsent };
Result<Presence> PresenceOf(Tx& tx, std::string_view id) {
  auto status = TRY(QueryText(tx.db(), "SELECT status FROM issues WHERE id = ?", id));
  if (!status) return Presence::kAbsent;
  return *status == status::kTombstone ? Presence::kDeleted : Presence::kLive;
}

}  // namespace

Result<std::string> ResolveId(Tx& tx, std::string_view input) {
  switch (TRY(PresenceOf(tx, input))) {
    case Presence::kLive: return std::string(input);
    case Presence::kDeleted: return NoMatch(input);
    case Presence::kAbsent: break;
  }
  const std::string prefix = TRY(GetConfig(tx, "issue_prefix")).value_or("bd") + "-";
  std::string id(input);
  if (!input.starts_with(prefix) && !LooksPrefixed(input)) {
    id = prefix + id;
    switch (TRY(PresenceOf(tx, id))) {
      case Presence::kLive: return id;
      case Presence::kDeleted: return NoMatch(input);
      case Presence::kAbsent: break;
    }
  }
  const std::string code = id.starts_with(prefix) ? id.substr(prefix.size()) : id;
  constexpr std::string_view kCode = "substr(id, instr(id, '-') + 1)";
  constexpr std::string_view kOrder = " ORDER BY priority, julianday(created_at) DESC, created_at DESC, id";
  std::vector<std::string> ids = TRY(QueryTexts(
      tx.db(), Cat("SELECT id FROM issues WHERE status <> 'tombstone' AND ", kCode, " = ?", kOrder), code));
  if (ids.empty()) {
    ids = TRY(QueryTexts(tx.db(),
                         Cat("SELECT id FROM issues WHERE status <> 'tombstone' AND (?1 = '' OR instr(",
                             kCode, ", ?1) > 0)", kOrder),
                         code));
  }
  if (ids.empty()) return NoMatch(input);
  if (ids.size() > 1) return Ambiguous(input, ids);
  return ids.front();
}

Result<std::string> ResolveId(Tx& tx, std::string_view input, std::string_view doing) {
  Result<std::string> id = ResolveId(tx, input);
  if (!id) id.error().message = Cat(doing, " ", input, ": ", id.error().message);
  return id;
}

Status RequireIssue(Tx& tx, std::string_view id) {
  if (TRY(LiveIssueExists(tx, id))) return Ok();
  return NotFound(Cat("issue ", id, " not found"));
}

}  // namespace bd
