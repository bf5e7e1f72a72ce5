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

Result<RelateArgs> PrepareRelate(Invocation& invocation) {
  return RelateArgs{invocation.arguments[0], invocation.arguments[1]};
}

Result<RelateBody> RunRelate(Session& session, const RelateArgs& args) {
  RelateBody body;
  body.a = TRY(ResolveId(session.tx(), args.a, "failed to resolve"));
  body.b = TRY(ResolveId(session.tx(), args.b, "failed to resolve"));
  body.related = true;
  EditContext context = session.Edit();
  TRY(Relate(context, body.a, body.b));
  return body;
}

Result<RelateBody> RunUnrelate(Session& session, const RelateArgs& args) {
  RelateBody body;
  body.a = TRY(ResolveId(session.tx(), args.a, "failed to resolve"));
  body.b = TRY(ResolveId(session.tx(), args.b, "failed to resolve"));
  EditContext context = session.Edit();
  TRY(Unrelate(context, body.a, body.b));
  return body;
}

void PrintRelate(const RelateBody& body, Output& out) {
  out.Line(
      Cat(out.Styled(Style::kGood, "✓"), body.related ? " Linked " : " Unlinked ", body.a, " ↔ ", body.b));
}

}  // namespace bd
