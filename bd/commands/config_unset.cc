// bd config unset: removes a setting from the database.
#include "bd/setting.h"
#include "engine/base/text.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

struct Body {
  std::string key;
  std::vector<std::string> notes;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("key", self.key);
    visit("notes", self.notes, kOmitEmpty);
  }
  void PrintJson(JsonWriter& out) const {
    out.BeginObject();
    out.Key("key");
    out.String(key);
    out.EndObject();
  }
};

Result<IdArgs> Prepare(Invocation& invocation) {
  if (invocation.arguments[0] == "issue_prefix") {
    return Invalid("issue_prefix cannot be unset: new issues need it",
                   "give it another value with 'bd config set'");
  }
  return IdArgs{invocation.arguments};
}

Result<Body> Run(Session& session, const IdArgs& args) {
  Body body{args.ids[0], {}};
  if (FindSetting(body.key).place != Setting::Place::kDatabase) {
    body.notes.push_back(Cat("note: ", body.key, " is not in the database; edit ",
                             session.workspace().ConfigFile(), " to remove it there"));
  }
  TRY(UnsetConfig(session.tx(), body.key));
  return body;
}

void Print(const Body& body, Output& out) { out.Line("Unset " + body.key); }

}  // namespace

extern const Command kCommand_config_unset = {
    .name = "config unset",
    .summary = "Remove a setting from the database",
    .arguments = "<key>",
    .arity = kExactly(1),
    .needs = Needs::kWrite,
    .write_name = "config unset",
    .handlers = Handle<IdArgs, Body, Prepare, Run, Print>(),
};

}  // namespace bd
