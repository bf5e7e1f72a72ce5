// bd duplicate: closes an issue as a duplicate of another.
#include "bd/finish_as.h"
#include "engine/types/vocabulary.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {{"of", FlagType::kString, "The issue that stays (required)"}};
constexpr FinishWords kWords = {edge::kDuplicates, "cannot mark an issue as duplicate of itself", "canonical",
                                "Duplicate of"};

struct Body {
  std::string canonical, duplicate, status = "closed";
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("canonical", self.canonical);
    visit("duplicate", self.duplicate);
    visit("status", self.status);
  }
};

Result<FinishArgs> Prepare(Invocation& invocation) {
  if (!invocation.flags.Has("of")) return Error{Code::kUsage, "required flag(s) \"of\" not set", "", false};
  return FinishArgs{invocation.arguments[0], invocation.flags.Text("of")};
}

Result<Body> Run(Session& session, const FinishArgs& args) {
  const Finished done = TRY(FinishAs(session, args, kWords));
  return Body{done.other, done.id, "closed"};
}

void Print(const Body& body, Output& out) {
  out.Line(Cat(out.Styled(Style::kGood, "✓"), " Marked ", body.duplicate, " as duplicate of ", body.canonical,
               " (closed)"));
}

}  // namespace

extern const Command kCommand_duplicate = {
    .name = "duplicate",
    .summary = "Close an issue as a duplicate of another",
    .arguments = "<id> --of <canonical-id>",
    .group = "Dependencies & Structure",
    .flags = kFlags,
    .arity = kExactly(1),
    .needs = Needs::kWrite,
    .write_name = "duplicate",
    .usage_on_error = true,
    .completes_ids = true,
    .handlers = Handle<FinishArgs, Body, Prepare, Run, Print>(),
};

}  // namespace bd
