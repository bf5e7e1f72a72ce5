#include "bd/finish_as.h"

#include "engine/base/text.h"
#include "engine/edit/close.h"
#include "engine/edit/link.h"
#include "engine/query/resolve.h"

namespace bd {

Result<Finished> FinishAs(Session& session, const FinishArgs& args, const FinishWords& words) {
  const std::string id = TRY(ResolveId(session.tx(), args.id, "failed to resolve"));
  const std::string other = TRY(ResolveId(session.tx(), args.other, "failed to resolve"));
  if (id == other) return Invalid(std::string(words.self_error));
  EditContext context = session.Edit();
  Status linked = AddDependency(context, id, other, std::string(words.edge_type));
  if (!linked && linked.error().code != Code::kConflict) return std::move(linked).error();
  TRY(CloseIssue(context, id, {Cat(words.reason, " ", other), "", true}));
  return Finished{id, other};
}

}  // namespace bd
