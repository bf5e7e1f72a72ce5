// bd kv list: all keys with their values.
#include "bd/command.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

struct Body {
  std::map<std::string, std::string> pairs;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("pairs", self.pairs);
  }
  void PrintJson(JsonWriter& out) const { WriteJson(out, pairs); }
};

Result<Body> Run(Session& session, const NoArgs&) {
  Body body;
  for (auto& [key, value] : TRY(AllConfig(session.tx()))) {
    if (key.starts_with("kv.")) body.pairs[key.substr(3)] = value;
  }
  return body;
}

void Print(const Body& body, Output& out) {
  if (body.pairs.empty()) return out.Line("No key-value pairs set");
  out.Line();
  out.Line("Key-Value Store:");
  for (const auto& [key, value] : body.pairs) out.Line(Cat("  ", key, " = ", value));
}

}  // namespace

extern const Command kCommand_kv_list = {
    .name = "kv list",
    .summary = "List all keys",
    .needs = Needs::kRead,
    .json_errors = true,
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd
