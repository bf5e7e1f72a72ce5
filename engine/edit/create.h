// New issues.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/edit/context.h"

namespace bd {

struct NewEdge {
  std::string type;
  std::string target;  // an exact id, or external:PROJECT:CAPABILITY
};

struct NewIssue {
  Issue issue;         // id empty: one is made; times and created_by are set by CreateIssue
  std::string parent;  // exact id: the new issue becomes its child, PARENT.N
  std::vector<NewEdge> edges;
  std::string waits_for;  // exact id of a spawner
  bool waits_for_any = false;
  bool any_prefix = false;  // accept a given id with a foreign prefix
  std::string id_prefix;    // of a made id, behind that of the workspace: PREFIX-ID_PREFIX-CODE
};

// "type:id" or "id" (blocks); external references are of type blocks.
NewEdge ParseEdge(std::string_view text);

// All or nothing: with everything that hangs on it, or an error and no trace. Of errors the first in
// this order: parent, id, validation, edges. The created issue comes back with its id.
Result<Issue> CreateIssue(EditContext& context, NewIssue request);

// Whether an id has a prefix that this workspace allows.
Result<bool> HasAllowedPrefix(Tx& tx, std::string_view id);
// An id for a new issue that nobody has, deleted issues included.
Result<std::string> MakeIssueId(EditContext& context, const Issue& issue, std::string_view id_prefix = "");
// PARENT.N; N is greater than that of any child that ever was. kConflict if there is no greater one.
Result<std::string> MakeChildId(EditContext& context, const std::string& parent);

}  // namespace bd
