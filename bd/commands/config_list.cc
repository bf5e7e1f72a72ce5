// bd config list: the settings of the database, and for people what files and variables override.
#include <map>

#include "bd/command.h"
#include "engine/base/text.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

struct Body {
  std::map<std::string, std::string> settings, overrides;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("settings", self.settings);
    visit("overrides", self.overrides, kOmitEmpty);
  }
  void PrintJson(JsonWriter& out) const { WriteJson(out, settings); }
};

Result<Body> Run(Session& session, const NoArgs&) {
  Body body;
  body.settings = TRY(AllConfig(session.tx()));
  for (const auto& [key, value] : session.config().file_values())
    body.overrides[key] = session.config().Get(key);
  return body;
}

void PrintRows(const std::map<std::string, std::string>& rows, Output& out) {
  for (const auto& [key, value] : rows) out.Line(Cat("  ", key, " = ", value));
}

void Print(const Body& body, Output& out) {
  if (body.settings.empty()) {
    out.Line("No configuration set");
  } else {
    out.Line("\nConfiguration:");
    PrintRows(body.settings, out);
  }
  if (body.overrides.empty()) return;
  out.Line("\nIn config.yaml (or overridden by the environment):");
  PrintRows(body.overrides, out);
}

}  // namespace

extern const Command kCommand_config_list = {
    .name = "config list",
    .summary = "List all settings",
    .needs = Needs::kRead,
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd
