#include "bd/relate.h"

#include "engine/base/text.h"
#include "engine/edit/link.h"
#include "engine/query/resolve.h"

namespace bd {

void RelateBody::PrintJson(JsonWriter& out) const {
  out.BeginObject();
  FieldWriter write(out);
  write("id1", a);
  write("id2", b);
  write(related ? "related" : "unrelated", true);
  out.EndObject();
}

Result<std::string> ResolveOrFail(Session& session, const std::string& typed) {
  Result<std::string> id = ResolveId(session.tx(), typed);
  if (!id) id.error().message = Cat("failed to resolve ", typed, ": ", id.error().message);
  return id;
}

Result<RelateArgs> PrepareRelate(Invocation& invocation) {
  return RelateArgs{invocation.arguments[0], invocation.arguments[1]};
}

Result<RelateBody> RunRelate(Session& session, const RelateArgs& args) {
  RelateBody body;
  body.a = TRY(ResolveOrFail(session, args.a));
  body.b = TRY(ResolveOrFail(session, args.b));
  body.related = true;
  EditContext context = session.Edit();
  TRY(Relate(context, body.a, body.b));
  return body;
}

Result<RelateBody> RunUnrelate(Session& session, const RelateArgs& args) {
  RelateBody body;
  body.a = TRY(ResolveOrFail(session, args.a));
  body.b = TRY(ResolveOrFail(session, args.b));
  EditContext context = session.Edit();
  TRY(Unrelate(context, body.a, body.b));
  return body;
}

void PrintRelate(const RelateBody& body, Output& out) {
  out.Line(
      Cat(out.Styled(Style::kGood, "✓"), body.related ? " Linked " : " Unlinked ", body.a, " ↔ ", body.b));
}

}  // namespace bd
