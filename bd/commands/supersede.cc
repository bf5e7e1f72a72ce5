// bd supersede: closes an issue because another takes its place.
#include "bd/finish_as.h"
#include "engine/types/vocabulary.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {{"with", FlagType::kString, "The issue that takes its place (required)"}};
constexpr FinishWords kWords = {edge::kSupersedes, "cannot mark an issue as superseded by itself",
                                "replacement", "Superseded by"};

struct Body {
  std::string replacement, status = "closed", superseded;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("replacement", self.replacement);
    visit("status", self.status);
    visit("superseded", self.superseded);
  }
};

Result<FinishArgs> Prepare(Invocation& invocation) {
  if (!invocation.flags.Has("with"))
    return Error{Code::kUsage, "required flag(s) \"with\" not set", "", false};
  return FinishArgs{invocation.arguments[0], invocation.flags.Text("with")};
}

Result<Body> Run(Session& session, const FinishArgs& args) {
  const Finished done = TRY(FinishAs(session, args, kWords));
  return Body{done.other, "closed", done.id};
}

void Print(const Body& body, Output& out) {
  out.Line(Cat(out.Styled(Style::kGood, "✓"), " Marked ", body.superseded, " as superseded by ",
               body.replacement, " (closed)"));
}

}  // namespace

extern const Command kCommand_supersede = {
    .name = "supersede",
    .summary = "Close an issue because another takes its place",
    .arguments = "<id> --with <new-id>",
    .group = "Dependencies & Structure",
    .flags = kFlags,
    .arity = kExactly(1),
    .needs = Needs::kWrite,
    .write_name = "supersede",
    .usage_on_error = true,
    .completes_ids = true,
    .handlers = Handle<FinishArgs, Body, Prepare, Run, Print>(),
};

}  // namespace bd
