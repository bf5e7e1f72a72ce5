#include "bd/edge_body.h"

#include "engine/base/text.h"
#include "engine/query/graph.h"
#include "engine/query/resolve.h"
#include "engine/types/id.h"

namespace bd {

Result<std::string> ResolveEnd(Session& session, std::string_view role, const std::string& typed) {
  if (IsExternalReference(typed)) return typed;
  return ResolveId(session.tx(), typed, Cat("resolving ", role));
}

Status WarnOfCycles(Session& session) {
  const std::vector<std::vector<std::string>> cycles = TRY(FindCycles(session.tx()));
  if (cycles.empty()) return Ok();
  session.Note(Cat("\n⚠️  Warning: dependency cycle detected"));
  for (const std::vector<std::string>& cycle : cycles)
    session.Note(Cat("  ", Join(cycle, " → "), " → ", cycle.front()));
  session.Note("  Run 'bd dep cycles' for details.");
  return Ok();
}

}  // namespace bd
