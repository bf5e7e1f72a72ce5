// bd config get: a setting's value, from where settings of that name live.
#include "bd/key_value.h"
#include "bd/setting.h"
#include "engine/base/text.h"
#include "engine/os/path.h"
#include "engine/storage/settings.h"
#include "engine/sync/git.h"

namespace bd {
namespace {

Result<KeyArgs> Prepare(Invocation& invocation) { return KeyArgs{invocation.arguments[0]}; }

Result<std::optional<std::string>> Read(Session& session, const Setting& setting) {
  std::string value;
  switch (setting.place) {
    case Setting::Place::kDatabase: return GetConfig(session.tx(), setting.key);
    case Setting::Place::kConfigFile: value = session.config().Get(setting.key); break;
    case Setting::Place::kGit:
      value = GitConfigValue(os::DirectoryOf(session.workspace().directory), setting.key);
      break;
  }
  if (value.empty()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(value));
}

Result<SettingBody> Run(Session& session, const KeyArgs& args) {
  const Setting setting = FindSetting(args.key);
  std::optional<std::string> value = TRY(Read(session, setting));
  return SettingBody{args.key, std::string(setting.PlaceName()), std::move(value), {}};
}

void Print(const SettingBody& body, Output& out) {
  if (body.value) return out.Line(*body.value);
  out.Line(Cat(body.key, " (not set", body.location.empty() ? "" : " in ", body.location, ")"));
}

}  // namespace

extern const Command kCommand_config_get = {
    .name = "config get",
    .summary = "Print a setting",
    .arguments = "<key>",
    .arity = kExactly(1),
    .needs = Needs::kRead,
    .handlers = Handle<KeyArgs, SettingBody, Prepare, Run, Print>(),
};

}  // namespace bd
