#include "bd/finish_as.h"

#include "bd/relate.h"
#include "engine/base/text.h"
#include "engine/edit/close.h"
#include "engine/edit/link.h"

namespace bd {

Result<Finished> FinishAs(Session& session, const FinishArgs& args, const FinishWords& words) {
  const std::string id = TRY(ResolveOrFail(session, args.id));
  const std::string other = TRY(ResolveOrFail(session, args.other));
  if (id == other) return Invalid(std::string(words.self_error));
  EditContext context = session.Edit();
  Status linked = AddDependency(context, id, other, std::string(words.edge_type));
  if (!linked && linked.error().code != Code::kConflict) return std::move(linked).error();
  TRY(CloseIssue(context, id, {Cat(words.reason, " ", other), "", true}));
  return Finished{id, other};
}

}  // namespace bd
