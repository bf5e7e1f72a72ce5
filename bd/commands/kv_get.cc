// bd kv get: prints a value.
#include "bd/command.h"
#include "bd/key_value.h"
#include "bd/kv.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

struct Body {
  bool found = false;
  std::string key, value;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("found", self.found);
    visit("key", self.key);
    visit("value", self.value);
  }
  // Without JSON an absent key has its line on standard error alone.
  bool Prints(bool json) const { return json || found; }
  bool Fails() const { return !found; }
  std::string FailureLine() const { return Cat(key, " (not set)"); }
};

Result<KeyArgs> Prepare(Invocation& invocation) { return KeyArgs{invocation.arguments[0]}; }

Result<Body> Run(Session& session, const KeyArgs& args) {
  TRY(CheckKvKey(args.key));
  const std::optional<std::string> value = TRY(GetConfig(session.tx(), "kv." + args.key));
  return Body{value.has_value(), args.key, value.value_or("")};
}

void Print(const Body& body, Output& out) { out.Line(body.value); }

}  // namespace

extern const Command kCommand_kv_get = {
    .name = "kv get",
    .summary = "Print the value of a key",
    .arguments = "<key>",
    .arity = kExactly(1),
    .needs = Needs::kRead,
    .json_errors = true,
    .handlers = Handle<KeyArgs, Body, Prepare, Run, Print>(),
};

}  // namespace bd
