// bd kv set: stores a value.
#include "bd/command.h"
#include "bd/key_value.h"
#include "bd/kv.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

Result<KeyValue> Prepare(Invocation& invocation) {
  return KeyValue{invocation.arguments[0], invocation.arguments[1]};
}

Result<KeyValue> Run(Session& session, const KeyValue& args) {
  TRY(CheckKvKey(args.key));
  TRY(SetConfig(session.tx(), "kv." + args.key, args.value));
  return args;
}

void Print(const KeyValue& body, Output& out) { out.Line(Cat("Set ", body.key, " = ", body.value)); }

}  // namespace

extern const Command kCommand_kv_set = {
    .name = "kv set",
    .summary = "Set a key",
    .arguments = "<key> <value>",
    .arity = kExactly(2),
    .needs = Needs::kWrite,
    .write_name = "kv set",
    .json_errors = true,
    .handlers = Handle<KeyValue, KeyValue, Prepare, Run, Print>(),
};

}  // namespace bd
