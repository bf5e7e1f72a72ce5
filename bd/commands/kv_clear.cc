// bd kv clear: removes a key; an absent one is no error.
#include "bd/command.h"
#include "bd/key_value.h"
#include "bd/kv.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

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

Result<KeyArgs> Prepare(Invocation& invocation) { return KeyArgs{invocation.arguments[0]}; }

Result<Body> Run(Session& session, const KeyArgs& args) {
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
    .handlers = Handle<KeyArgs, Body, Prepare, Run, Print>(),
};

}  // namespace bd
