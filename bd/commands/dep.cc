// bd dep: the group, and `bd dep A --blocks B` as a short form.
#include "bd/edge_body.h"
#include "bd/group.h"
#include "bd/help.h"
#include "engine/edit/link.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {{"blocks", FlagType::kString, "The issue that this one blocks", 'b'}};

struct Args {
  std::string blocker, blocked;
  bool ReadsOnly() const { return blocked.empty(); }
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("blocker", self.blocker);
    visit("blocked", self.blocked);
  }
};

struct Body {
  std::string blocked_id, blocker_id, status, type;
  std::string help;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("blocked_id", self.blocked_id);
    visit("blocker_id", self.blocker_id);
    visit("status", self.status);
    visit("type", self.type);
    visit("help", self.help, kOmitEmpty);
  }
};

Result<Args> Prepare(Invocation& invocation) {
  const std::string blocked = invocation.flags.Text("blocks");
  if (invocation.arguments.empty() || blocked.empty()) {
    if (!blocked.empty())
      return Error{Code::kUsage, "--blocks needs the issue that blocks: bd dep ID --blocks OTHER", "", false};
    if (!invocation.arguments.empty()) {
      const std::string& word = invocation.arguments[0];
      const std::vector<std::string> close = Suggestions("dep", word);
      return Error{Code::kUsage, Cat("unknown command ", Quote(word), " for \"bd dep\""),
                   close.empty() ? "" : Cat("did you mean 'bd dep ", Join(close, "' or 'bd dep "), "'?"),
                   false};
    }
    return Args{};
  }
  if (invocation.globals.read_only)
    return Invalid("operation 'dep --blocks' is not allowed in read-only mode");
  return Args{invocation.arguments[0], blocked};
}

Result<Body> Run(Session& session, const Args& args) {
  Body body;
  if (args.blocked.empty()) {
    body.help = CommandHelp(*FindCommand("dep"));
    return body;
  }
  body.blocker_id = TRY(ResolveEnd(session, "blocker ID", args.blocker));
  body.blocked_id = TRY(ResolveEnd(session, "blocked ID", args.blocked));
  body.status = "added";
  body.type = edge::kBlocks;
  EditContext context = session.Edit();
  TRY(AddDependency(context, body.blocked_id, body.blocker_id, body.type));
  return body;
}

void Print(const Body& body, Output& out) {
  if (!body.help.empty()) return out.Write(body.help);
  out.Line(Cat(out.Styled(Style::kGood, "✓"), " Added dependency: ", body.blocker_id, " blocks ",
               body.blocked_id));
}

}  // namespace

extern const Command kCommand_dep = {
    .name = "dep",
    .summary = "Manage dependencies between issues",
    .arguments = "[issue-id]",
    .group = "Dependencies & Structure",
    .flags = kFlags,
    .arity = {0, 1},
    .needs = Needs::kWrite,
    .json_errors = true,
    .is_group = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
