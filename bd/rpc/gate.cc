#include "bd/rpc/gate.h"

#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/base/text.h"
#include "engine/query/resolve.h"
#include "engine/storage/issues.h"

namespace bd {

Result<Issue> FindGate(Session& session, const std::string& typed) {
  const std::string id = TRY(During("failed to resolve gate ID: ", ResolveId(session.tx(), typed)));
  std::optional<Issue> issue = TRY(FindIssue(session.tx(), id));
  if (!issue) return NotFound(Cat("issue ", id, " not found"));
  if (issue->issue_type != kGateType)
    return Invalid(Cat(id, " is not a gate (type: ", issue->issue_type, ")"));
  return std::move(*issue);
}

RawJson GateData(const Issue& gate) { return IssueData(gate, shape::Plain()); }

}  // namespace bd
