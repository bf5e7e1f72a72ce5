#include "bd/issues_body.h"

#include "engine/base/text.h"
#include "engine/query/resolve.h"

namespace bd {

Result<std::vector<std::string>> ResolveAll(Session& session, const std::vector<std::string>& typed,
                                            std::string_view prefix) {
  std::vector<std::string> ids;
  for (const std::string& one : typed) {
    Result<std::string> id = ResolveId(session.tx(), one);
    if (!id) {
      if (!prefix.empty()) id.error().message = Cat(prefix, " ", one, ": ", id.error().message);
      return std::move(id).error();
    }
    ids.push_back(std::move(*id));
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
