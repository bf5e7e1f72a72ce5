#include "bd/issues_body.h"

#include "engine/base/text.h"
#include "engine/query/resolve.h"

namespace bd {

Result<std::vector<std::string>> ResolveAll(Session& session, const std::vector<std::string>& typed,
                                            std::string_view prefix) {
  std::vector<std::string> ids;
  for (const std::string& one : typed) {
    ids.push_back(TRY(prefix.empty() ? ResolveId(session.tx(), one) : ResolveId(session.tx(), one, prefix)));
  }
  return ids;
}

Result<std::vector<std::string>> ResolveAllOrLast(Session& session, const std::vector<std::string>& typed,
                                                  std::string_view prefix) {
  if (!typed.empty()) return ResolveAll(session, typed, prefix);
  return ResolveAll(session, {TRY(session.LastTouched())}, prefix);
}

Status AddIssue(Session& session, const std::string& id, IssuesBody& body) {
  body.issues.push_back(*TRY(FindIssue(session.tx(), id, {.labels = true})));
  return Ok();
}

}  // namespace bd
