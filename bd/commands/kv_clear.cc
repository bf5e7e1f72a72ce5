// bd kv clear: removes a key; an absent one is no error.
#include "bd/command.h"
#include "bd/kv.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

struct Args {
  std::string key;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("key", self.key);
  }
};

struct Body {
  std::string deleted = "true";
  std::string key;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("deleted", self.deleted);
    visit("key", self.key);
  }
};

Result<Args> Prepare(Invocation& invocation) { return Args{invocation.arguments[0]}; }

Result<Body> Run(Session& session, const Args& args) {
  TRY(CheckKvKey(args.key));
  TRY(UnsetConfig(session.tx(), "kv." + args.key));
  return Body{"true", args.key};
}

void Print(const Body& body, Output& out) { out.Line("Cleared " + body.key); }

}  // namespace

extern const Command kCommand_kv_clear = {
    .name = "kv clear",
    .summary = "Remove a key",
    .arguments = "<key>",
    .arity = kExactly(1),
    .needs = Needs::kWrite,
    .write_name = "kv clear",
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
